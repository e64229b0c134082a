package dev.jacquard.cli.option;

import dev.jacquard.network.Schedule;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a schedule by its name in network files. */
public final class ScheduleName implements ITypeConverter<Schedule> {
  @Override
  public Schedule convert(String text) {
    for (Schedule schedule : Schedule.values()) {
      if (schedule.label().equals(text)) {
        return schedule;
      }
    }
    throw new TypeConversionException("expected constant, cosine or one-cycle, received " + text);
  }
}
