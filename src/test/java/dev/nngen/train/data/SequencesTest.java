package dev.nngen.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ir.Interval;
import dev.nngen.train.data.Signature.Port;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples that are windows of texts and of series. */
class SequencesTest {

  @TempDir
  private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static DataOptions windows(boolean text, int window, int horizon, int stride) {
    return DataOptions.defaults().with(new SequenceOptions(text, window, horizon, stride), Optional.empty());
  }

  private static Port letters(String name, int size, int count) {
    return new Port(name, size, new Interval(0, false, count - 1, false), count);
  }

  private static Signature text(int window, int target, int count) {
    Port next = letters("next", target, count);
    return new Signature(List.of(letters("letter", window, count)), List.of(next), target == 1 ? Optional.of(next) : Optional.empty());
  }

  private static Data read(Signature signature, DataOptions options, Path... files) throws DataException {
    SampleReader reader = SampleReader.of(signature, options, true);
    int samples = 0;
    for (Path file : files) {
      samples += reader.read(file);
    }
    Data data = reader.finish();
    assertEquals(samples, data.size());
    return data;
  }

  private static double[] sample(Data data, int row) {
    double[] sample = new double[data.sampleSize()];
    data.sample(row, sample);
    return Arrays.copyOf(sample, data.features() + data.signature().targetSize());
  }

  private static void refused(String message, Signature signature, DataOptions options, Path... files) {
    String found = assertThrows(DataException.class, () -> read(signature, options, files)).diagnostic().message();
    assertTrue(found.contains(message), found);
  }

  /** Numbers are in the order of code points: line break, a, b, c. The target is one character further on. */
  @Test
  void aTextIsWindowsOfCharacters() throws IOException, DataException {
    Data data = read(text(3, 3, 4), windows(true, 3, 0, 0), file("a.txt", "abcab\ncabb"));
    assertEquals(List.of("\n", "a", "b", "c"), data.sequence().get().vocabulary().get().characters());
    assertEquals(3, data.size());
    assertArrayEquals(new double[] {1, 2, 3, 2, 3, 1}, sample(data, 0));
    assertArrayEquals(new double[] {1, 2, 0, 2, 0, 3}, sample(data, 1));
    assertArrayEquals(new double[] {3, 1, 2, 1, 2, 2}, sample(data, 2));
    assertEquals(Task.Kind.NONE, Task.of(data).kind());
    assertEquals(List.of("\n", "a", "b", "c"), Task.of(data).classes());
  }

  @Test
  void theTargetMayBeTheCharacterBehindTheWindow() throws IOException, DataException {
    Data data = read(text(3, 1, 5), windows(true, 0, 0, 1), file("a.txt", "abcab\n"));
    assertEquals(3, data.size());
    assertArrayEquals(new double[] {2, 3, 1, 2}, sample(data, 1));
    assertEquals(Task.Kind.CLASSES, Task.of(data).kind());
    assertEquals(List.of("\n", "a", "b", "c", "#4"), Task.of(data).classes());
  }

  /** Characters beyond 16 bits are one each; a packed text is read as it is; no window reaches over the end of a file. */
  @Test
  void textsMayBeSeveralAndPacked() throws IOException, DataException {
    Path packed = folder.resolve("b.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write("\ud83d\ude00\u00e9a\ud83d\ude00".getBytes(StandardCharsets.UTF_8));
    }
    Data data = read(text(2, 2, 4), windows(true, 0, 0, 1), file("a.txt", "abaa"), packed);
    assertEquals(4, data.size());
    assertArrayEquals(new double[] {3, 2, 2, 0}, sample(data, 2));
    assertEquals("b.txt.gz", data.part(2).file().shortName());
  }

  @Test
  void aTextThatDoesNotFitIsRefused() throws IOException {
    Path file = file("a.txt", "abcdefgh");
    refused("the text has 8 different characters, but the model's letter has only 5", text(3, 3, 5), windows(true, 0, 0, 0), file);
    refused("--window is 4, but the model's letter[3] takes 3 characters", text(3, 3, 8), windows(true, 4, 0, 0), file);
    refused("the text has 8 characters, but a sample takes 9", text(8, 8, 8), windows(true, 0, 0, 0), file);
    refused("the model's is next[2] of 8", text(3, 2, 8), windows(true, 0, 0, 0), file);
    refused("a text needs a model with one integer input and one integer target", new Signature(List.of(new Port("X", 3, Interval.REALS, 0)), letters("next", 3, 8)), windows(true, 0, 0, 0), file);
    refused("--horizon is for series", text(3, 3, 8), windows(true, 0, 2, 0), file);
    DataOptions known = DataOptions.defaults().with(new SequenceOptions(true, 0, 0, 0), Optional.of(new Vocabulary(List.of("a", "b", "c", "d", "f", "g", "h", "i"))));
    refused("a.txt: character 5: `e` does not occur in the text that the network was trained on", text(3, 3, 8), known, file);
  }

  private static final String SERIES = "day,rain,heat\n" + String.join("", IntStream.range(0, 10).mapToObj(t -> t + "," + 10 * t + "," + 100 * t + "\n").toList());

  private static Signature series(int inputs, int targets, boolean rows) {
    Port y = new Port("Y", targets, Interval.REALS, 0);
    return new Signature(List.of(new Port("X", inputs, Interval.REALS, 0)), List.of(y), Optional.of(y), false, rows);
  }

  /** Without names, the targets are the last columns. The steps of a feature are contiguous; with samples in rows, the features of a step are. */
  @ParameterizedTest
  @CsvSource({"false,10 20 30 100 200 300", "true,10 100 20 200 30 300"})
  void aSeriesIsWindowsOfSteps(boolean rows, String inputs) throws IOException, DataException {
    Data data = read(series(6, 1, rows), windows(false, 3, 1, 0), file("s.csv", SERIES));
    assertEquals(7, data.size());
    assertArrayEquals(Arrays.stream((inputs + " 400").split(" ")).mapToDouble(Double::parseDouble).toArray(), sample(data, 1));
    assertEquals(rows ? "heat[0]" : "rain[1]", data.featureName(1));
    assertEquals(List.of("heat"), data.judgedNames());
    assertTrue(data.place(1).endsWith("s.csv:3"), data.place(1));
  }

  /** A target is one step, all steps up to the horizon, or each step of the window one further on. */
  @ParameterizedTest
  @CsvSource({"1,4,700,4", "4,4,400 500 600 700,4", "3,1,200 300 400,7"})
  void targetsAreSteps(int size, int horizon, String targets, int samples) throws IOException, DataException {
    Data data = read(series(3, size, false), windows(false, 3, horizon, 0), file("s.csv", SERIES));
    assertEquals(samples, data.size());
    assertArrayEquals(Arrays.stream(("100 200 300 " + targets).split(" ")).mapToDouble(Double::parseDouble).toArray(), sample(data, 1));
  }

  @Test
  void aSeriesThatDoesNotFitIsRefused() throws IOException {
    Path file = file("s.csv", SERIES);
    refused("the model's X has 7 numbers, which is not a multiple of --window 3", series(7, 1, false), windows(false, 3, 1, 0), file);
    refused("the file has 10 rows, but a window with its target needs 11", series(10, 1, false), windows(false, 10, 1, 0), file);
    refused("the file has 3 columns", series(12, 1, false), windows(false, 3, 1, 0), file);
    refused("a value is missing in column `heat`", series(3, 1, false), windows(false, 3, 1, 0), file("s.csv", SERIES.replace("2,20,200", "2,20,?")));
  }

  /** Time goes on over the split: validation is the end, and nothing that it asks for was seen in training. */
  @ParameterizedTest
  @CsvSource({"false,1,1", "false,1,3", "true,3,1", "true,1,2"})
  void theEndIsForValidation(boolean text, int stride, int horizon) throws IOException, DataException {
    String letters = "abcdefghij".repeat(20);
    String lines = String.join("\n", IntStream.range(0, 200).mapToObj(Integer::toString).toList());
    Signature signature = text ? text(6, 6, 10) : series(6, 1, false);
    SplitOptions options = new SplitOptions(List.of(text ? file("a.txt", letters) : file("s.csv", lines)), List.of(), 0.2, List.of(), 0.1, 1);
    Prepared prepared = options.prepare(signature, windows(text, 6, text ? 0 : horizon, stride), ScalingChoice.AUTO);
    SequenceWindows windows = prepared.data().windows().get();
    Split split = prepared.split();
    int behind = text ? 7 : 6 + horizon;
    int firstTarget = text ? 1 : 5 + horizon;
    int lastOfTraining = Arrays.stream(split.training()).map(windows::start).max().orElseThrow() + behind - 1;
    int validation = Arrays.stream(split.validation()).map(windows::start).min().orElseThrow();
    int lastOfValidation = Arrays.stream(split.validation()).map(windows::start).max().orElseThrow() + behind - 1;
    int test = Arrays.stream(split.test()).map(windows::start).min().orElseThrow();
    assertTrue(lastOfTraining < validation + firstTarget, lastOfTraining + " < " + validation);
    assertTrue(lastOfValidation < test + firstTarget, lastOfValidation + " < " + test);
    assertEquals(0.1, split.test().length / (double) prepared.data().size(), 0.01);
  }

  /** A column is scaled alike at all steps. */
  @Test
  void stepsOfAColumnAreScaledAlike() throws IOException, DataException {
    SplitOptions options = new SplitOptions(List.of(file("s.csv", SERIES)), List.of(), 0, List.of(), 0, 1);
    Scaling scaling = options.prepare(series(6, 1, false), windows(false, 3, 1, 0), ScalingChoice.AUTO).scaling();
    assertEquals(scaling.shift()[0], scaling.shift()[2]);
    assertEquals(scaling.divisor()[3], scaling.divisor()[5]);
    assertEquals(10 * scaling.shift()[0], scaling.shift()[3], 1e-9);
  }

  @Test
  void otherWindowsThanInTrainingAreRefused() throws DataException {
    SequenceFormat trained = new SequenceFormat(Optional.empty(), 24, 2);
    assertEquals(new SequenceOptions(false, 24, 2, 5), trained.like(new SequenceOptions(false, 0, 0, 5)));
    assertThrows(DataException.class, () -> trained.like(new SequenceOptions(false, 12, 0, 0)));
    assertThrows(DataException.class, () -> trained.like(new SequenceOptions(true, 0, 0, 0)));
  }

  @Test
  void aVocabularyHasEachCharacterOnce() {
    assertThrows(IllegalArgumentException.class, () -> new Vocabulary(List.of("a", "a")));
    assertThrows(IllegalArgumentException.class, () -> new Vocabulary(List.of("ab")));
    assertEquals("a line break", Vocabulary.shown('\n'));
    assertEquals("`\u00e9` (U+00E9)", Vocabulary.shown(0xe9));
    assertEquals("U+200E", Vocabulary.shown(0x200e));
  }

  private static final Signature WORDS = new Signature(List.of(letters("word", 2, 4), new Port("X", 1, Interval.REALS, 0)), letters("label", 1, 2));

  /** Words in the columns of whole numbers are numbered by one list, which the weights file keeps. */
  @Test
  void wordsAreNumbers() throws IOException, DataException {
    Data data = read(WORDS, DataOptions.defaults(), file("w.csv", "first,second,x,label\nsun,rain,1,yes\nrain,fog,2,no\n"));
    assertArrayEquals(new double[] {2, 1, 1, 1}, sample(data, 0));
    assertArrayEquals(new double[] {1, 0, 2, 0}, sample(data, 1));
    assertEquals(List.of("fog", "rain", "sun"), data.columns().categories().get(1));
    assertEquals("second", data.featureName(1));
    Data later = read(WORDS, DataOptions.defaults().knowing(data.columns()), file("v.csv", "first,second,x,label\nsun,sun,1,no\n"));
    assertArrayEquals(new double[] {2, 2, 1, 0}, sample(later, 0));
    refused("the training data has no category `hail`", WORDS, DataOptions.defaults().knowing(data.columns()), file("u.csv", "first,second,x,label\nsun,hail,1,no\n"));
    refused("has 5 different words, but the model's word[2] has only 4", WORDS, DataOptions.defaults(), file("t.csv", "first,second,x,label\na,b,1,yes\nc,d,2,no\ne,a,1,yes\n"));
  }

  /** A series may forecast a label from the labels before. */
  @Test
  void aSeriesOfWords() throws IOException, DataException {
    Port word = letters("word", 3, 3);
    Port next = letters("next", 1, 3);
    Signature signature = new Signature(List.of(word), List.of(next), Optional.of(next));
    Data data = read(signature, new DataOptions(List.of("kind"), List.of("kind"), List.of(), List.of(), HeaderChoice.AUTO, (char) 0, '.', 1 << 20,
        new SequenceOptions(false, 3, 1, 0), Optional.empty(), "", Optional.empty()), file("k.csv", "t,kind\n1,a\n2,b\n3,c\n4,a\n5,b\n"));
    assertArrayEquals(new double[] {0, 1, 2, 0}, sample(data, 0));
    assertArrayEquals(new double[] {1, 2, 0, 1}, sample(data, 1));
    assertEquals(List.of("a", "b", "c"), Task.of(data).classes());
  }

  /** Two numbers for each of three steps, then the number of steps; cells after the last step may be empty. */
  @ParameterizedTest
  @CsvSource({"false,'1,2,,4,5,,2'", "true,'1,4,2,5,,,2'"})
  void sequencesMayHaveDifferentLengths(boolean rows, String line) throws IOException, DataException {
    Port y = new Port("Y", 1, Interval.REALS, 0);
    Signature signature = new Signature(List.of(new Port("X", 6, Interval.REALS, 0), letters("length", 1, 4)), List.of(y), Optional.of(y), false, rows);
    String header = "a,b,c,d,e,f,steps,y\n1,2,3,4,5,6,3,1\n";
    Data data = read(signature, DataOptions.defaults().withLength("steps"), file("r.csv", header + line + ",7\n"));
    assertArrayEquals(rows ? new double[] {1, 4, 2, 5, 0, 0, 2, 7} : new double[] {1, 2, 0, 4, 5, 0, 2, 7}, sample(data, 1));
    refused("a value is missing", signature, DataOptions.defaults().withLength("steps"), file("q.csv", header + ",2,3,4,5,6,2,7\n"));
    refused("a value is missing", signature, DataOptions.defaults(), file("p.csv", header + line + ",7\n"));
    refused("--length is a column that the model takes as an integer", signature, DataOptions.defaults().withLength("b"), file("o.csv", header));
  }
}
