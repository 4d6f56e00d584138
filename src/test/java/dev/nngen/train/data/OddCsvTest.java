package dev.nngen.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.train.data.Signature.Port;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Odd files and what must come of each: the samples, or a diagnostic that says what to do. */
class OddCsvTest {

  /** X[2], Y[1] unless options say otherwise. */
  private static final String NUMBERS = "";

  @TempDir
  private Path folder;

  /**
   * One file.
   *
   * @param options words such as {@code decimal=,}; {@code x=3} and {@code y=2} are the sizes of input and target
   * @param expected samples between slashes, then codes of warnings; or the code of an error, its place, and parts of message and help
   *     between bars
   */
  private record Case(String name, String options, byte[] text, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case of(String name, String options, String text, String expected) {
    return new Case(name, options, text.getBytes(StandardCharsets.UTF_8), expected);
  }

  private static Case in(Charset charset, String name, String text, String expected) {
    return new Case(name, NUMBERS, text.getBytes(charset), expected);
  }

  private static byte[] packed(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }

  static Stream<Case> files() {
    return Stream.of(headers(), quotes(), fields(), numbers(), words(), separators(), encodings(), lines()).flatMap(List::stream);
  }

  private static List<Case> headers() {
    return List.of(
        of("names above numbers", NUMBERS, "a,b,y\n1,2,3\n", "1 2 3"),
        of("no header", NUMBERS, "1.5,2,3\n4,5,6\n", "1.5 2 3 / 4 5 6"),
        of("names that are consecutive numbers", NUMBERS, "0,1,2\n1.5,2.5,3\n", "1.5 2.5 3 W201"),
        of("many names that are consecutive numbers", "x=6", "0,1,2,3,4,5,6\n9,8,7,6,5,4,3\n", "9 8 7 6 5 4 3 W201"),
        of("consecutive numbers that may be a sample", NUMBERS, "1,2,3\n4,5,6\n", "1 2 3 / 4 5 6 W201"),
        of("the same with a header", "header=yes", "1,2,3\n4,5,6\n", "4 5 6"),
        of("the same without one", "header=no", "0,1,2\n1.5,2.5,3\n", "0 1 2 / 1.5 2.5 3"),
        of("numbers and a name", "y=3", "0,1,label\n5.1,3.5,a\n4.9,3.0,b\n4.8,3.1,c\n", "5.1 3.5 1 0 0 / 4.9 3 0 1 0 / 4.8 3.1 0 0 1 W201"),
        of("numbers and a name above whole numbers", "y=3", "0,1,label\n5,3,a\n4,3,b\n4,1,c\n", "E206 4:5 `c` is one class too many|--header yes"),
        of("a name asked for is in the first line", "y=3 target=label", "0,1,label\n5,3,a\n4,3,b\n4,1,c\n", "5 3 1 0 0 / 4 3 0 1 0 / 4 1 0 0 1"),
        of("words above words", "categorical=1,2 x=4", "size,color,y\nbig,red,yes\nsmall,blue,no\n", "1 0 0 1 1 / 0 1 1 0 0 W201"),
        of("words that come again", "categorical=1,2 x=4", "big,red,yes\nsmall,blue,no\nbig,blue,yes\n", "1 0 0 1 1 / 0 1 1 0 0 / 1 0 1 0 1 W201"),
        of("a column of row names without a name", "features=2,3", ",a,b,y\n7,1,2,3\n8,4,5,6\n", "1 2 3 / 4 5 6 W201"),
        of("a header one field short", NUMBERS, "a,b,y\n7,1,2,3\n8,4,5,6\n", "E202 2:1 this line has 4 fields, but the others have 3|give its column a name in the header"),
        of("a header alone", NUMBERS, "a,b,y\n", "E208 - the file has a header and no data|--header no"),
        of("a single sample of words", "header=no categorical=1,2", "big,red,3\n", "1 1 3"),
        of("a name in a line of numbers", NUMBERS, "2019,2020,total\n1,2,3\n4,5,6\n", "E206 3:5 `6` is one class too many|--header yes"),
        of("a name in a line of any numbers", NUMBERS, "7,3,total\n1,2,3\n4,5,6\n", "E206 3:5 `6` is one class too many|--header yes"),
        of("a name above a feature", NUMBERS, "7,width,3\n1,2,3\n4,5,6\n", "E203 1:3 `width` is not a number|--header yes"));
  }

  private static List<Case> quotes() {
    return List.of(
        of("quoted fields", NUMBERS, "\"a, or\",\"b\",y\n\"1\",\"2\",\"3\"\n", "1 2 3"),
        of("space around quotes", NUMBERS, "a, \"b\" ,y\n1, \"2\" ,3\n", "1 2 3"),
        of("a quote that never closes", NUMBERS, "a,b,y\n1,2,3\n4,\"5,6\n7,8,9\n", "E201 3:3 a quote opens here and is never closed|written twice"),
        of("a quote that another one closes", "y=2", "a,b,y\n1,2,\"red\n4,5,\"blue\"\n", "E201 2:5 a quote opens here, but after the closing one in line 3 there is `b`|close the quote"),
        of("a label over two lines", "y=2", "a,b,y\n1,2,\"red\n4,5,blue\"\n7,8,green\n", "E201 2:5 closes in another line|close the quote"),
        of("quotes that hide a separator", NUMBERS, "a,b,y\n\"1,2\",3\n4,5,6\n", "E202 2:1 this line has 2 fields, but the others have 3|"),
        of("a quote inside a field", "y=2", "a,b,y\n1,2,5\" pipe\n3,4,\"6\"\" pipe\"\n", "1 2 1 0 / 3 4 0 1"),
        of("text behind a quote", NUMBERS, "a,b,y\n1,\"2\"x,3\n", "E201 2:3 a quote opens here, but after the closing one there is `x`, not a separator|"));
  }

  private static List<Case> fields() {
    return List.of(
        of("a NUL behind a number", NUMBERS, "a,b,y\n1\0,2,3\n", "E201 2:1 control character U+0000 NULL|remove"),
        of("a NUL in the first line", NUMBERS, "1\0,2,3\n4,5,6\n", "E201 1:1 control character U+0000|"),
        of("a control character in a label", "y=2", "a,b,y\n1,2,re\1d\n3,4,x\n", "E201 2:5 U+0001|"),
        of("a missing value", NUMBERS, "a,b,y\n1,,3\n", "E202 2:3 a value is missing in column `b`|remove the line"),
        of("a missing value as a word", NUMBERS, "a,b,y\n1,N/A,3\n", "E202 2:3 a value is missing|"),
        of("a missing value in the first line", NUMBERS, "?,2,3\n4,5,6\n", "E202 1:1 a value is missing|"),
        of("too few fields", NUMBERS, "a,b,y\n1,2,3\n4,5\n", "E202 3:1 this line has 2 fields, but the others have 3|"),
        of("too many fields", NUMBERS, "a,b,y\n1,2,3\n4,5,6,7\n", "E202 3:1 this line has 4 fields, but the others have 3|"),
        of("one column", NUMBERS, "a\n1\n", "E205 - the file has 1 column, which does not fit the model's X[2] and Y[1]|--features 1-2 --target 3"),
        of("two columns", NUMBERS, "a,b\n1,2\n", "E205 - the file has 2 columns, which do not fit|"),
        of("no such column", "features=1,4", "a,b,y\n1,2,3\n", "E204 - there is no column 4; it has 3, counted from 1|"),
        of("no such columns", "features=3-4", "a,b,y\n1,2,3\n", "E204 - there are no columns 3-4|"));
  }

  private static List<Case> numbers() {
    return List.of(
        of("decimal commas", "decimal=,", "a;b;y\n1,5;2;-3,25e2\n", "1.5 2 -325"),
        of("decimal commas without a header", "decimal=,", "1,5;2,5;3,5\n4,0;5,0;6\n", "1.5 2.5 3.5 / 4 5 6"),
        of("quoted decimal commas", "decimal=,", "a,b,y\n\"1,5\",2,\"3,5\"\n", "1.5 2 3.5"),
        of("decimal commas between commas", "decimal=, separator=,", "a,b,y\n1,5,2,3\n", "E202 2:1 this line has 4 fields|need quotes"),
        of("decimal commas by surprise", NUMBERS, "a;b;y\n1,5;2;3\n", "E203 2:1 `1,5` is not a number in column `a`|--decimal ,"),
        of("decimal points by surprise", "decimal=,", "a;b;y\n1.5;2;3\n", "E203 2:1 `1.5` is not a number|remove --decimal"),
        of("thousands separators", NUMBERS, "a;b;y\n1,234.5;2;3\n", "E203 2:1 `1,234.5`|thousands separators"),
        of("a minus sign of typography", NUMBERS, "a,b,y\n\u22121,2,3\n", "E203 2:1 is not a number|U+2212 MINUS SIGN"),
        of("a number beyond all", NUMBERS, "a,b,y\n1e999,2,3\n", "E202 2:1 `1e999` is not a value to train with|"),
        of("hexadecimal", NUMBERS, "a,b,y\n0x10,2,3\n", "E203 2:1 `0x10` is not a number|"));
  }

  private static List<Case> words() {
    return List.of(
        of("words in a feature", NUMBERS, "a,color,y\n1,red,3\n", "E203 2:3 `red` is not a number in column `color`|--categorical color"),
        of("words in a feature without a name", NUMBERS, "1,2,3\n1,red,3\n", "E203 2:3 `red` is not a number|--categorical 2"),
        of("categories by name", "x=4 categorical=color", "a,color,y\n1,red,3\n2,green,4\n3,blue,5\n4,red,6\n", "1 0 0 1 3 / 2 0 1 0 4 / 3 1 0 0 5 / 4 0 0 1 6"),
        of("categories before numbers", "x=3 y=2 categorical=1", "red,1,yes\nblue,2,no\n", "0 1 1 0 1 / 1 0 2 1 0"),
        of("several columns of categories", "x=4 categorical=1-2", "a,b,y\np,1,3\nq,2,4\n", "1 0 1 0 3 / 0 1 0 1 4"),
        of("categories that do not fit", "x=3 categorical=color", "a,color,y\n1,red,3\n2,green,4\n3,blue,5\n",
            "E205 - the features make 4 inputs, but the model's X[3] needs 3|1 column of numbers; `color` has 3 categories"),
        of("a category that is missing", "x=3 categorical=color", "a,color,y\n1,red,3\n2,,4\n", "E202 3:3 a value is missing in column `color`|"),
        of("a target that is declared a category", "categorical=y", "a,b,y\n1,2,3\n", "E205 - column 3 is declared --categorical, but is not a feature|"));
  }

  private static List<Case> separators() {
    return List.of(
        of("semicolons", NUMBERS, "a;b;y\n1;2;3\n", "1 2 3"),
        of("tabs", NUMBERS, "a\tb\ty\n1\t2\t3\n", "1 2 3"),
        of("bars", NUMBERS, "a|b|y\n1|2|3\n", "1 2 3"),
        of("a colon", "separator=:", "a:b:y\n1:2:3\n", "1 2 3"),
        of("commas in the header's names", NUMBERS, "size, in cm;b;y\n1;2;3\n", "1 2 3"),
        of("commas in labels", "y=2", "a;b;y\n1;2;red, light\n3;4;blue, dark, or so\n", "1 2 0 1 / 3 4 1 0"),
        of("the separator in a first line of its own", NUMBERS, "sep=;\na;b;y\n1;2;3\n", "1 2 3"),
        of("a separator behind each line", NUMBERS, "a,b,y,\n1,2,3,\n4,5,6,\n", "1 2 3 / 4 5 6"),
        of("a separator behind each line but the header", NUMBERS, "a,b,y\n1,2,3,\n4,5,6,\n", "1 2 3 / 4 5 6"),
        of("a separator behind each line without a header", NUMBERS, "1.5,2,3,\n4,5,6,\n", "1.5 2 3 / 4 5 6"),
        of("a separator behind the header alone", NUMBERS, "a,b,y,\n1,2,3\n", "1 2 3"),
        of("a last column that is missing", NUMBERS, "a,b,y\n1,2,\n3,4,\n", "E202 2:5 a value is missing in column `y`|"),
        of("more than a separator behind a line", NUMBERS, "a,b,y,\n1,2,3,\n4,5,6,7\n", "E205 - the file has 4 columns|"));
  }

  private static List<Case> encodings() {
    return List.of(
        of("UTF-8 with a byte order mark", NUMBERS, "\ufeffa,b,y\n1,2,3\n", "1 2 3"),
        new Case("UTF-16", NUMBERS, "a,b,y\n1,2,3\n".getBytes(StandardCharsets.UTF_16), "E201 - found text in UTF-16|iconv -f UTF-16 -t UTF-8 "),
        new Case("UTF-16, the other way round", NUMBERS, "\ufeffa,b,y\n1,2,3\n".getBytes(StandardCharsets.UTF_16LE), "E201 - found text in UTF-16|iconv -f UTF-16 -t UTF-8 "),
        in(StandardCharsets.UTF_16LE, "UTF-16 without a mark", "a,b,y\n1,2,3\n", "E201 - found text in UTF-16 without|iconv -f UTF-16LE -t UTF-8 "),
        in(StandardCharsets.UTF_16BE, "UTF-16 without a mark, the other way round", "a,b,y\n1,2,3\n", "E201 - UTF-16 without|iconv -f UTF-16BE "),
        in(Charset.forName("UTF-32BE"), "UTF-32", "\ufeffa,b,y\n1,2,3\n", "E201 - found text in UTF-32|iconv -f UTF-32 "),
        in(StandardCharsets.ISO_8859_1, "Latin-1", "a,b,y\n1,2,3\n1,2,gr\u00fcn\n", "E201 - the file is not valid UTF-8, first in line 3|iconv -f ISO-8859-1 -t UTF-8 "),
        in(Charset.forName("windows-1252"), "Windows", "a,b,y\n1,2,\u201cred\u201d\n", "E201 - not valid UTF-8, first in line 2|iconv -f WINDOWS-1252 "),
        new Case("gzip", NUMBERS, packed("a,b,y\n1,2,3\n"), "1 2 3"),
        of("an Excel workbook", NUMBERS, "PK\3\4and so on", "E201 - Excel workbook|save the sheet as CSV"),
        of("a Parquet file", NUMBERS, "PAR1\0\1\2", "E201 - Parquet|export"),
        of("a header that begins as a Parquet file does", NUMBERS, "PAR1,PAR2,y\n1,2,3\n", "1 2 3"));
  }

  private static List<Case> lines() {
    return List.of(
        of("CR LF", NUMBERS, "a,b,y\r\n1,2,3\r\n4,x,6\r\n", "E203 3:3 `x` is not a number|"),
        of("CR alone", NUMBERS, "a,b,y\r1,2,3\r4,5,6", "1 2 3 / 4 5 6"),
        of("all kinds of line breaks", NUMBERS, "a,b,y\n1,2,3\r\n4,5,6\r7,8,x\n", "E203 4:5 `x` is not a number|"),
        of("no last line break", NUMBERS, "a,b,y\n1,2,3", "1 2 3"),
        of("empty lines everywhere", NUMBERS, "\n\n  \na,b,y\n\n1,2,3\n\n\n4,5,6\n\n", "1 2 3 / 4 5 6"),
        of("a line of separators", NUMBERS, "a,b,y\n1,2,3\n,,\n", "E202 3:1 a value is missing|remove the line"),
        of("an empty file", NUMBERS, "", "E208 - the file is empty|"),
        of("a file of empty lines", NUMBERS, "\n\r\n \n", "E208 - the file is empty|"),
        of("a mark and nothing else", NUMBERS, "\ufeff", "E208 - the file is empty|"),
        of("space around fields", NUMBERS, " a , b , y \n 1 ,\t2 , 3 \n", "1 2 3"));
  }

  private static Optional<String> option(String options, String name) {
    return Arrays.stream(options.split(" ")).filter(word -> word.startsWith(name + "=")).map(word -> word.substring(name.length() + 1)).findFirst();
  }

  private static List<String> list(String options, String name) {
    return option(options, name).map(words -> List.of(words.split(","))).orElse(List.of());
  }

  private static DataOptions options(String text) {
    HeaderChoice header = option(text, "header").map(word -> HeaderChoice.valueOf(word.toUpperCase(Locale.ROOT))).orElse(HeaderChoice.AUTO);
    char separator = option(text, "separator").map(word -> word.charAt(0)).orElse((char) 0);
    char decimal = option(text, "decimal").map(word -> word.charAt(0)).orElse('.');
    return new DataOptions(list(text, "features"), list(text, "target"), list(text, "classes"), list(text, "categorical"), header, separator, decimal,
        1 << 20, Optional.empty());
  }

  private static Signature signature(String options) {
    int inputs = option(options, "x").map(Integer::parseInt).orElse(2);
    return new Signature(List.of(new Port("X", inputs)), new Port("Y", option(options, "y").map(Integer::parseInt).orElse(1)));
  }

  private static String shown(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String shown(Data data) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < data.size(); row++) {
      double[] sample = new double[data.sampleSize()];
      data.sample(row, sample);
      rows.add(Arrays.stream(sample).limit(data.features() + data.signature().targetSize()).mapToObj(OddCsvTest::shown).collect(Collectors.joining(" ")));
    }
    return String.join(" / ", rows) + data.warnings().stream().map(warning -> " " + warning.code().code).collect(Collectors.joining());
  }

  @ParameterizedTest
  @MethodSource("files")
  void isReadOrExplained(Case file) throws Exception {
    Path path = Files.write(folder.resolve("odd.csv"), file.text());
    DataReader reader = new DataReader(signature(file.options()), options(file.options()), true);
    try {
      reader.read(path);
      assertEquals(file.expected(), shown(reader.finish()));
    } catch (DataException fault) {
      check(file.expected(), fault.diagnostic());
    }
  }

  private static void check(String expected, Diagnostic diagnostic) {
    String place = diagnostic.span().map(span -> span.place().replaceFirst(".*?odd\\.csv:", "")).orElse("-");
    String said = diagnostic.code().code + " " + place + " " + diagnostic.message().replaceFirst("^\\S*odd\\.csv: ", "");
    String[] parts = expected.split("\\|", -1);
    assertTrue(parts.length == 2, "expected " + expected + ", and there is a fault: " + said);
    String[] words = parts[0].split(" ", 3);
    assertEquals(String.join(" ", words[0], words[1]), String.join(" ", diagnostic.code().code, place), said);
    assertTrue(said.contains(words[2]), said);
    assertTrue(String.join("\n", diagnostic.help()).contains(parts[1]), diagnostic.help().toString());
  }
}
