package dev.nngen.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** Words and numbers as values of options. Words are in lower case, as the help has them. */
final class OptionValues {

  private OptionValues() {}

  /** Converts values for a command and its subcommands. The message of a wrong value says what is expected. */
  static void convertFor(CommandLine command) {
    command.registerConverter(int.class, OptionValues::integer).registerConverter(Integer.class, OptionValues::integer)
        .registerConverter(long.class, OptionValues::wholeNumber).registerConverter(Long.class, OptionValues::wholeNumber)
        .registerConverter(double.class, OptionValues::number).registerConverter(Double.class, OptionValues::number);
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
    command.registerConverter(type, text -> {
      int found = words(type).indexOf(text.toLowerCase(Locale.ROOT));
      if (found < 0) {
        throw new TypeConversionException("expected " + String.join(", ", words(type)) + ", found '" + text + "'");
      }
      return type.getEnumConstants()[found];
    });
  }

  private static List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT)).toList();
  }

  private static int integer(String text) {
    long number = wholeNumber(text);
    if (number != (int) number) {
      throw new TypeConversionException("expected a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE + ", found " + text);
    }
    return (int) number;
  }

  private static long wholeNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException wrong) {
      throw new TypeConversionException("expected a whole number, found '" + text + "'");
    }
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException wrong) {
      throw new TypeConversionException("expected a number, found '" + text + "'");
    }
  }
}
