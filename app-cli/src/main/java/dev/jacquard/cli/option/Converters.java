package dev.jacquard.cli.option;

import dev.jacquard.backend.Precision;
import dev.jacquard.cli.console.Labels;
import dev.jacquard.cli.console.OutputFile;
import dev.jacquard.cli.console.PathText;
import dev.jacquard.cli.picture.Invert;
import dev.jacquard.cli.run.Validation;
import dev.jacquard.error.JacquardException;
import dev.jacquard.fmnist.Split;
import dev.jacquard.network.Schedule;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the text of an option becomes what it means, by the option's type. */
public final class Converters {
  private Converters() {}

  /** Has a command read its options by them. */
  public static void register(CommandLine line) {
    line.registerConverter(Integer.class, WholeNumber.INT);
    line.registerConverter(long.class, WholeNumber.LONG);
    line.registerConverter(Path.class, of(PathText::parse));
    line.registerConverter(OutputFile.class, of(text -> new OutputFile(PathText.parse(text))));
    line.registerConverter(Invert.class, of(Invert::named));
    line.registerConverter(Validation.class, of(Validation::parse));
    line.registerConverter(Precision.class, labelled(Precision.values(), Precision::label));
    line.registerConverter(Schedule.class, labelled(Schedule.values(), Schedule::label));
    line.registerConverter(Split.class, labelled(Split.values(), Split::title));
  }

  private static <T> ITypeConverter<T> labelled(T[] values, Function<T, String> label) {
    return of(text -> Labels.parse(values, label, text));
  }

  /** What the parser refuses is wrong usage. */
  private static <T> ITypeConverter<T> of(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (JacquardException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }
}
