# More measures of income: means and what is made of means, with the standard errors of R's survey (its own delta
# method, svycontrast); quantile shares by an interpolated Lorenz curve, with derivatives taken numerically; rmpg.
# Rscript income.R FOLDER: reads FOLDER/sample.csv, writes FOLDER/income.csv.
suppressPackageStartupMessages({library(survey); library(laeken)})
folder <- commandArgs(TRUE)[1]
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "written.R"))
x <- read.csv(file.path(folder, "sample.csv"), colClasses = c(psu = "character"))
x <- transform(x, ly = log(y), yly = y * log(y), y2 = y^2, ry = sqrt(y), iy = 1 / y,
               watts = ifelse(y < z, log(z / y), 0), fgt1.5 = pmax(0, 1 - y / z)^1.5, fgt0.5 = sqrt(pmax(0, 1 - y / z)))
d <- svydesign(~psu, strata = ~stratum, weights = ~w, data = x, nest = TRUE)

of_means <- list(
  ge0 = quote(log(y) - ly), ge1 = quote(yly / y - log(y)), ge2 = quote((y2 / y^2 - 1) / 2),
  "ge-1" = quote((iy * y - 1) / 2), ge0.5 = quote(-4 * (ry / sqrt(y) - 1)),
  atkinson0.5 = quote(1 - ry^2 / y), atkinson1 = quote(1 - exp(ly) / y), atkinson2 = quote(1 - 1 / (iy * y)),
  mean = quote(y), watts = quote(watts), fgt1.5 = quote(fgt1.5), fgt0.5 = quote(fgt0.5))

lorenz <- function(p, y, w) {
  o <- order(y)
  approx(c(0, cumsum(w[o]) / sum(w)), c(0, cumsum((w * y)[o]) / sum(w * y)), p, ties = "ordered", rule = 2)$y
}
of_shares <- list(
  palma = function(y, w) (1 - lorenz(0.9, y, w)) / lorenz(0.4, y, w),
  s80s20 = function(y, w) (1 - lorenz(0.8, y, w)) / lorenz(0.2, y, w),
  share_bottom40 = function(y, w) lorenz(0.4, y, w),
  share_top10 = function(y, w) 1 - lorenz(0.9, y, w),
  share_decile3 = function(y, w) lorenz(0.3, y, w) - lorenz(0.2, y, w),
  lorenz0.5 = function(y, w) lorenz(0.5, y, w))
# So small a step that the share seldom ends in another row.
influence <- function(f, y, w) vapply(seq_along(w), function(i) {
  h <- 1e-4 * w[i]
  at <- function(k) { v <- w; v[i] <- v[i] + k * h; f(y, v) }
  (at(1) - at(-1)) / (2 * h)
}, 0)

for (by in c("", "region", "kind")) for (g in if (by == "") "" else sort(unique(x[[by]]))) {
  inside <- if (by == "") rep(TRUE, nrow(x)) else x[[by]] == g
  part <- d[inside, ]
  means <- svymean(~y + ly + yly + y2 + ry + iy + watts + fgt1.5 + fgt0.5, part)
  for (m in names(of_means)) {
    est <- svycontrast(means, of_means[[m]])
    say("survey", "svycontrast of svymean", "sample", "strata+clusters", m, by, g, "value", as.numeric(coef(est)))
    say("survey", "svycontrast of svymean", "sample", "strata+clusters", m, by, g, "se", as.numeric(SE(est)))
  }
  # Equal weights meet shares exactly, and the `school` rule then takes the mean of two, as we do. Not the fifths of a
  # part: in geo_03 the weights up to 1596.4 are exactly a fifth in fractions, but not in R's sums.
  at <- c(median = 0.5, quantile0.37 = 0.37, if (by == "") c(quantile0.2 = 0.2, quantile0.8 = 0.8))
  for (m in names(at))
    say("survey", "svyquantile, school", "sample", "strata+clusters", m, by, g, "value",
        as.numeric(coef(svyquantile(~y, part, at[[m]], qrule = "school", ci = FALSE))))
  for (m in names(of_shares)) {
    f <- of_shares[[m]]
    say("formula", "interpolated in R", "sample", "strata+clusters", m, by, g, "value", f(x$y[inside], x$w[inside]))
    score <- numeric(nrow(x))
    score[inside] <- influence(f, x$y[inside], x$w[inside])
    say("derivative", "svytotal of numerical derivatives", "sample", "strata+clusters", m, by, g, "se",
        as.numeric(SE(svytotal(~score, update(d, score = score)))))
  }
}
# At 60 % of everybody's median, of which laeken's is a percentage.
gap <- rmpg(x$y, weights = x$w)
say("laeken", "rmpg", "sample", "rows", "median_gap", "", "", "value", gap$value / 100)
data(eusilc)
gap <- rmpg(eusilc$eqIncome, weights = eusilc$rb050, breakdown = eusilc$db040)
say("laeken", "rmpg", "eusilc", "rows", "median_gap", "", "", "value", gap$value / 100)
say("laeken", "rmpg", "eusilc", "rows", "median_gap", "db040", as.character(gap$valueByStratum$stratum), "value",
    gap$valueByStratum$value / 100)
finish(file.path(folder, "income.csv"))
