# Measures of income by their textbook formulas, pair by pair, and standard errors without anybody's linearization:
# the derivative of the value by each household's weight, taken numerically, as a total under R's survey; and the
# delete-one-cluster jackknife (JKn), which needs no derivative at all but agrees only as far as the measure is straight.
# Rscript formulas.R FOLDER: reads FOLDER/sample.csv, writes FOLDER/formulas.csv.
suppressPackageStartupMessages(library(survey))
folder <- commandArgs(TRUE)[1]
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "written.R"))
x <- read.csv(file.path(folder, "sample.csv"), colClasses = c(psu = "character"))

# Sum over pairs of w_i w_j |a_i - a_j| / 2, from sorted values.
pairs <- function(a, w) {
  o <- order(a); a <- a[o]; w <- w[o]; before <- cumsum(w) - w
  sum(w * a * (before - (sum(w) - before - w)))
}
# The same without sorting, to show that the shortcut is the definition.
slow_pairs <- function(a, w) sum(outer(w, w) * abs(outer(a, a, "-"))) / 2
stopifnot(isTRUE(all.equal(pairs(x$y, x$w), slow_pairs(x$y, x$w), tolerance = 1e-13)))

ge <- function(a) function(y, z, w) {
  s <- y / weighted.mean(y, w)
  if (a == 0) -weighted.mean(log(s), w) else if (a == 1) weighted.mean(s * log(s), w)
  else (weighted.mean(s^a, w) - 1) / (a * (a - 1))
}
atkinson <- function(e) function(y, z, w) {
  m <- weighted.mean(y, w)
  if (e == 1) 1 - exp(weighted.mean(log(y), w)) / m
  else 1 - weighted.mean(y^(1 - e), w)^(1 / (1 - e)) / m
}
sen <- function(more) function(y, z, w) {
  poor <- y < z; r <- (y / z)[poor]; v <- w[poor]; q <- sum(v)
  if (q == 0) return(0)
  income_gap <- sum(v * (1 - r)) / q
  gini <- pairs(r, v) / (q * sum(v * r))
  q / sum(w) * (income_gap + (1 - income_gap) * gini * q / (q + more))
}
measures <- list(
  watts = function(y, z, w) weighted.mean(ifelse(y < z, log(z / y), 0), w),
  sen = sen(0), sen1976 = sen(1),
  sst = function(y, z, w) {
    g <- pmax(0, 1 - y / z); m <- weighted.mean(g, w)
    m * (1 + pairs(g, w) / (sum(w)^2 * m))
  },
  gini = function(y, z, w) pairs(y, w) / (sum(w) * sum(w * y)),
  ge0 = ge(0), ge1 = ge(1), ge2 = ge(2), "ge-1" = ge(-1),
  atkinson0.5 = atkinson(0.5), atkinson1 = atkinson(1), atkinson2 = atkinson(2),
  fgt1.5 = function(y, z, w) weighted.mean(pmax(0, 1 - y / z)^1.5, w))

# Five points: the error is of the fourth order in the step.
influence <- function(f, y, z, w) vapply(seq_along(w), function(i) {
  h <- 0.01 * w[i]
  at <- function(k) { v <- w; v[i] <- v[i] + k * h; f(y, z, v) }
  (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
}, 0)

d <- svydesign(~psu, strata = ~stratum, weights = ~w, data = x, nest = TRUE)
replicates <- as.svrepdesign(d, type = "JKn", mse = FALSE)
for (m in names(measures)) {
  f <- measures[[m]]
  for (by in c("", "region", "kind")) for (g in if (by == "") "" else sort(unique(x[[by]]))) {
    inside <- if (by == "") rep(TRUE, nrow(x)) else x[[by]] == g
    value <- f(x$y[inside], x$z[inside], x$w[inside])
    say("formula", "by pairs in R", "sample", "strata+clusters", m, by, g, "value", value)
    score <- numeric(nrow(x))
    score[inside] <- influence(f, x$y[inside], x$z[inside], x$w[inside])
    total <- svytotal(~score, update(d, score = score))
    say("derivative", "svytotal of numerical derivatives", "sample", "strata+clusters", m, by, g, "se",
        as.numeric(SE(total)))
    # A region of five clusters says little about a jackknife: only of the whole.
    if (by != "") next
    jackknife <- withReplicates(replicates, function(w, data) f(data$y[inside], data$z[inside], w[inside]))
    say("jackknife", "withReplicates(JKn)", "sample", "strata+clusters", m, by, g, "se", as.numeric(SE(jackknife)))
  }
}
finish(file.path(folder, "formulas.csv"))
