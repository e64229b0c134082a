/**
 * The report of a run and the comparison of two: what they tell, as data; the pages; the files. A
 * report is of any network and any classes.
 */
package dev.jacquard.cli.report;
