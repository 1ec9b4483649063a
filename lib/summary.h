#ifndef BENCHPIPE_SUMMARY_H
#define BENCHPIPE_SUMMARY_H

#include "series.h"

/* How many runs make the run the unit of the mean's interval; with fewer, samples are. */
#define SUMMARY_RUNS 5

/* Summarize a series: n, runs, mean with its 95 % interval (Student's t over the runs' means
 * from SUMMARY_RUNS runs on, else over the samples; no interval for one run's
 * histogram), standard deviation and quantiles of the samples. A summary that was read stands
 * for itself where there are no samples. 0, or -1 with ENOMEM. */
int summary_of(const struct series *series, struct record_stat *stat);

/* The stat called name (mean, median, p50, p90, p95, p99, p99.9, p999, min, max, stddev, n, runs,
 * errors), NaN where it is unknown. 0, or -1 for a name that is not one of these. */
int summary_get(const struct record_stat *stat, const char *name, double *value);

#endif
