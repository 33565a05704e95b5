# Indicators of inequality and of the risk of poverty by R's laeken, on svy's sample and on laeken's own eusilc.
# Rscript laeken.R FOLDER: reads FOLDER/sample.csv; writes FOLDER/laeken.csv, and FOLDER/eusilc.csv for us to measure.
suppressPackageStartupMessages(library(laeken))
folder <- commandArgs(TRUE)[1]
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "written.R"))
data(eusilc)
# Whole days and counts are written as they are; incomes with every digit.
out <- eusilc[c("db030", "hsize", "db040", "rb090", "age", "eqIncome", "rb050")]
out$eqIncome <- sprintf("%.17g", out$eqIncome)
out$rb050 <- sprintf("%.17g", out$rb050)
write.csv(out, file.path(folder, "eusilc.csv"), row.names = FALSE, quote = FALSE)

all_of_them <- function(name, y, w, by, groups) {
  percent <- c("headcount", "gini")
  one <- function(measure, call, result) {
    factor <- if (measure %in% percent) 100 else 1
    say("laeken", call, name, "rows", measure, "", "", "value", result$value / factor)
    if (!is.null(result$valueByStratum))
      say("laeken", call, name, "rows", measure, by, as.character(result$valueByStratum$stratum), "value",
          result$valueByStratum$value / factor)
  }
  one("gini", "gini", gini(y, weights = w, breakdown = groups))
  one("qsr", "qsr", qsr(y, weights = w, breakdown = groups))
  # Whose median is below 60 % of everybody's, in each group: the line is the whole country's.
  one("headcount", "arpr", arpr(y, weights = w, breakdown = groups))
  say("laeken", "arpt", name, "rows", "arpt", "", "", "value", arpt(y, weights = w))
  say("laeken", "weightedMedian", name, "rows", "median", "", "", "value", weightedMedian(y, weights = w))
}
all_of_them("eusilc", eusilc$eqIncome, eusilc$rb050, "db040", eusilc$db040)
x <- read.csv(file.path(folder, "sample.csv"), colClasses = c(psu = "character"))
all_of_them("sample", x$y, x$w, "region", x$region)
finish(file.path(folder, "laeken.csv"))
cat("laeken", as.character(packageVersion("laeken")), "\n")
