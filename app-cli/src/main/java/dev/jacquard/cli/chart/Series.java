package dev.jacquard.cli.chart;

import java.util.List;

/**
 * A line of a chart over epochs.
 *
 * @param name in the legend
 * @param ink its colour
 * @param dashed whether it is, which tells lines apart without colour
 * @param points in ascending order of their epochs
 */
public record Series(String name, Ink ink, boolean dashed, List<Point> points) {
  /** Copies the list. */
  public Series {
    points = List.copyOf(points);
  }

  /**
   * One value.
   *
   * @param epoch from 1
   * @param value of it; left out of the chart if it is not finite
   */
  public record Point(int epoch, double value) {}
}
