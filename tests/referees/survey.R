# Means and ratios with their standard errors and intervals, by R's survey.
# Rscript survey.R FOLDER: reads FOLDER/sample.csv, writes FOLDER/survey.csv.
suppressPackageStartupMessages(library(survey))
folder <- commandArgs(TRUE)[1]
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "written.R"))
x <- read.csv(file.path(folder, "sample.csv"), colClasses = c(psu = "character"))
x$headcount <- as.numeric(x$y < x$z)
x$gap <- pmax(0, 1 - x$y / x$z)
x$severity <- x$gap^2
# In sixths: the cut-off of a third is exactly two of them.
sixths <- x$water + x$light + 2 * x$room + 2 * x$toilet
x$H <- as.numeric(sixths >= 2)
x$M0 <- x$H * sixths / 6
for (d in c("water", "light", "room", "toilet")) x[[paste0("censored_", d)]] <- x[[d]] * x$H
share <- c(water = 1 / 6, light = 1 / 6, room = 1 / 3, toilet = 1 / 3)

designs <- list(
  "strata+clusters" = svydesign(~psu, strata = ~stratum, weights = ~w, data = x, nest = TRUE),
  "strata+clusters+fpc" = svydesign(~psu, strata = ~stratum, weights = ~w, fpc = ~fpc, data = x, nest = TRUE),
  "clusters" = svydesign(~psu, weights = ~w, data = x),
  "rows" = svydesign(~1, weights = ~w, data = x))
lonely <- svydesign(~psu, strata = ~alone, weights = ~w, data = x, nest = TRUE)
rules <- c(certainty = "certainty", centre = "adjust", average = "average")
means <- c("headcount", "gap", "severity", "H", "M0", paste0("censored:", names(share)),
           paste0("uncensored:", names(share)))
column <- function(m) sub("^uncensored:", "", sub("^censored:", "censored_", m))

with_interval <- function(est, df, call, design, measure, by, group) {
  say("survey", call, "sample", design, measure, by, group, "value", unname(coef(est)))
  say("survey", call, "sample", design, measure, by, group, "se", as.numeric(SE(est)))
  ends <- confint(est, df = df)
  say("survey", call, "sample", design, measure, by, group, "lower", ends[, 1])
  say("survey", call, "sample", design, measure, by, group, "upper", ends[, 2])
}
everything <- function(d, name, groups) {
  over <- function(estimate, call, measure) {
    with_interval(estimate(d), degf(d), call, name, measure, "", "")
    for (by in groups) for (g in sort(unique(x[[by]]))) {
      part <- d[x[[by]] == g, ]
      # A group inside a single cluster has no degrees of freedom: its error is said, its interval is not.
      if (degf(part) > 0) with_interval(estimate(part), degf(part), paste(call, "of subset()"), name, measure, by, g)
    }
  }
  for (m in means) over(function(p) svymean(reformulate(column(m)), p), "svymean", m)
  ratio <- function(a, b) function(p) svyratio(reformulate(a), reformulate(b), p)
  over(ratio("M0", "H"), "svyratio", "A")
  for (k in names(share)) {
    d <- update(d, part = share[[k]] * get(paste0("censored_", k)))
    over(ratio("part", "M0"), "svyratio", paste0("contribution:", k))
  }
}
for (name in names(designs))
  everything(designs[[name]], name, c("region", if (name == "strata+clusters") c("kind", "size")))
for (rule in names(rules)) {
  options(survey.lonely.psu = rules[[rule]])
  everything(lonely, paste0("lonely:", rule), c())
}
finish(file.path(folder, "survey.csv"))
cat("R", paste(R.version$major, R.version$minor, sep = "."), "survey", as.character(packageVersion("survey")), "\n")
