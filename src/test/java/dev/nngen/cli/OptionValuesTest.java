package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Test;

/** Wrong values of options are wrong usage, with what is expected and what was found. */
class OptionValuesTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "net.nn --kernels cuda | '--kernels': expected ejml, plain, vector, found 'cuda'",
      "explain net.nn --format pdf | '--format': expected text, markdown, latex, html, json, svg, found 'pdf'",
      "train net.nn --data net.csv --epochs 1e3 | '--epochs': expected a whole number, found '1e3'",
      "train net.nn --data net.csv --batch 9999999999 | '--batch': expected a whole number from -2147483648 to 2147483647, found 9999999999",
      "train net.nn --data net.csv --clip-norm one | '--clip-norm': expected a number, found 'one'",
      "check net.nn --seed x | '--seed': expected a whole number, found 'x'",
      "serve --port 99999 | --port is from 0 to 65535, not 99999",
      "serve --limit 0 | --limit is at least 1, not 0",
      "lsp --limit -1 | --limit is at least 1, not -1",
  })
  void sayWhatIsExpected(String line, String message) {
    Command command = Command.run((Object[]) line.split(" "));
    assertEquals(2, command.status(), command.err());
    assertTrue(command.err().contains(message), command.err());
  }

  @Test
  void areCompletedInLowerCase() {
    String script = Command.run("completion").out();
    assertTrue(script.contains("\"text\" \"markdown\" \"latex\""), script);
    assertTrue(script.contains("\"ejml\" \"plain\" \"vector\""), script);
  }
}
