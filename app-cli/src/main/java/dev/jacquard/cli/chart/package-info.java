/**
 * Charts as SVG markup, and SVG as PNG. A chart is drawn once, as a {@link
 * dev.jacquard.cli.chart.Drawing}; pages, SVG files and PNG files show that same drawing.
 */
package dev.jacquard.cli.chart;
