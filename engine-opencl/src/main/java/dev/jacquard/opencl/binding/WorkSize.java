package dev.jacquard.opencl.binding;

/**
 * How a launch is divided: work-groups by work-items of a group.
 *
 * @param groupsX groups along the fastest dimension
 * @param groupsY groups along the next
 * @param itemsX items of a group along the fastest dimension
 * @param itemsY items of a group along the next
 */
public record WorkSize(long groupsX, long groupsY, long itemsX, long itemsY) {
  /** Groups and their items in one dimension. */
  public static WorkSize of(long groups, long items) {
    return new WorkSize(groups, 1, items, 1);
  }
}
