package dev.nngen.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** Words and numbers as values of options. Words are in lower case, as the help has them. */
final class OptionValues {

  private OptionValues() {}

  /** Converts values for a command and its subcommands. The message of a wrong value says what is expected. */
  static void convertFor(CommandLine command) {
    command.registerConverter(int.class, new IntegerValue()).registerConverter(Integer.class, new IntegerValue())
        .registerConverter(long.class, new LongValue()).registerConverter(Long.class, new LongValue())
        .registerConverter(double.class, new DoubleValue()).registerConverter(Double.class, new DoubleValue());
    Stream.concat(Stream.of(command), command.getSubcommands().values().stream()).flatMap(each -> each.getCommandSpec().options().stream())
        .filter(OptionValues::isWord).forEach(option -> convertWords(command, option.auxiliaryTypes()[0]));
  }

  /** Lets the completion of a command and its subcommands offer words in lower case. */
  static void completeFor(CommandSpec command) {
    for (OptionSpec option : command.options().stream().filter(OptionValues::isWord).toList()) {
      command.remove(option);
      command.addOption(OptionSpec.builder(option).completionCandidates(words(option.auxiliaryTypes()[0])).build());
    }
    command.subcommands().values().forEach(each -> completeFor(each.getCommandSpec()));
  }

  private static boolean isWord(OptionSpec option) {
    return option.auxiliaryTypes()[0].isEnum();
  }

  private static <T> void convertWords(CommandLine command, Class<T> type) {
    command.registerConverter(type, new Word<>(type));
  }

  private static List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT)).toList();
  }

  // Converters are classes: HotSpot 17 fails to archive lambdas of picocli's interfaces, whose byte code is of Java 5.

  private record Word<T>(Class<T> type) implements ITypeConverter<T> {
    @Override
    public T convert(String text) {
      int found = words(type).indexOf(text.toLowerCase(Locale.ROOT));
      if (found < 0) {
        throw new TypeConversionException("expected " + String.join(", ", words(type)) + ", found '" + text + "'");
      }
      return type.getEnumConstants()[found];
    }
  }

  private record IntegerValue() implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      long number = wholeNumber(text);
      if (number != (int) number) {
        throw new TypeConversionException("expected a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE + ", found " + text);
      }
      return (int) number;
    }
  }

  private record LongValue() implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return wholeNumber(text);
    }
  }

  private record DoubleValue() implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException wrong) {
        throw new TypeConversionException("expected a number, found '" + text + "'");
      }
    }
  }

  private static long wholeNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException wrong) {
      throw new TypeConversionException("expected a whole number, found '" + text + "'");
    }
  }
}
