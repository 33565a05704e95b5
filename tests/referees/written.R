# What an R referee found, a line a number: referee, call, data, design, measure, by, group, what, number.
found <- list()
say <- function(referee, call, data, design, measure, by, group, what, number) {
  for (i in seq_along(number))
    found[[length(found) + 1]] <<- paste(
      c(referee, paste0('"', gsub('"', "'", call), '"'), data, design, measure, by, group[i], what,
        sprintf("%.17g", number[i])), collapse = ",")
}
finish <- function(path) writeLines(c("referee,call,data,design,measure,by,group,what,number", unlist(found)), path)
