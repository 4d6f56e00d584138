package dev.nngen.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Interval;
import dev.nngen.train.data.Signature.Port;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataReaderTest {

  private static final Signature TWO_TO_THREE = new Signature(List.of(new Port("X", 2)), new Port("Y", 3));
  private static final Signature TWO_TO_ONE = new Signature(List.of(new Port("X", 2)), new Port("Y", 1));

  @TempDir
  private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), text);
  }

  private static DataOptions options(List<String> features, List<String> targets, List<String> classes) {
    return new DataOptions(features, targets, classes, List.of(), HeaderChoice.AUTO, (char) 0, '.', 1 << 30, Optional.empty());
  }

  private static Data read(Signature signature, DataOptions options, Path... files) throws DataException {
    DataReader reader = new DataReader(signature, options, true);
    for (Path file : files) {
      reader.read(file);
    }
    return reader.finish();
  }

  private static double[] sample(Data data, int row) {
    double[] sample = new double[data.sampleSize()];
    data.sample(row, sample);
    return sample;
  }

  @Test
  void labelsBecomeASingleOne() throws Exception {
    Data data = read(TWO_TO_THREE, DataOptions.defaults(), file("a,b,kind\n1,2,red\n3,4,blue\n\n5,6,\"green\"\n7,8,red\n"));
    assertEquals(List.of("blue", "green", "red"), data.classes());
    assertArrayEquals(new double[] {1, 2, 0, 0, 1}, sample(data, 0));
    assertArrayEquals(new double[] {3, 4, 1, 0, 0}, sample(data, 1));
    assertArrayEquals(new double[] {5, 6, 0, 1, 0}, sample(data, 2));
    assertEquals(5, data.table().line(2));
    assertEquals(List.of("a", "b"), data.columns().features());
  }

  @Test
  void columnsByNamePositionAndRange() throws Exception {
    Path file = file("id;kind;a;b\n1;2;0.5;-1e-3\n2;0;1.5;2\n");
    Data byName = read(TWO_TO_THREE, options(List.of("b", "a"), List.of("kind"), List.of()), file);
    assertArrayEquals(new double[] {-1e-3, 0.5, 0, 0, 1}, sample(byName, 0));
    Data byPosition = read(TWO_TO_THREE, options(List.of("3-4"), List.of("2"), List.of("x", "y", "z")), file);
    assertArrayEquals(new double[] {1.5, 2, 1, 0, 0}, sample(byPosition, 1));
    assertEquals(List.of("x", "y", "z"), byPosition.classes());
  }

  @Test
  void scikitLearnsHeaderNamesTheClasses() throws Exception {
    Data data = read(TWO_TO_THREE, DataOptions.defaults(), file("2,2,setosa,versicolor,virginica\n5,3,0\n6,3,2\n"));
    assertEquals(List.of("setosa", "versicolor", "virginica"), data.classes());
    assertArrayEquals(new double[] {6, 3, 0, 0, 1}, sample(data, 1));
  }

  @Test
  void severalFilesAndGzip() throws Exception {
    Path packed = folder.resolve("packed");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write("a,b,y\n9,8,7\n".getBytes(StandardCharsets.UTF_8));
    }
    Data data = read(TWO_TO_ONE, DataOptions.defaults(), file("a,b,y\n1,2,3\n"), packed);
    assertArrayEquals(new double[] {1, 2, 3}, sample(data, 0));
    assertArrayEquals(new double[] {9, 8, 7}, sample(data, 1));
    assertEquals(packed + ":2", data.place(1));
  }

  @Test
  void laterFilesHaveTheirColumnsByName() throws Exception {
    Path first = file("a,b,y\n1,2,3\n");
    Path turned = Files.writeString(folder.resolve("turned.csv"), "y;other;b;a\n30;0;20;10\n");
    assertArrayEquals(new double[] {10, 20, 30}, sample(read(TWO_TO_ONE, DataOptions.defaults(), first, turned), 1));
    Path headless = Files.writeString(folder.resolve("headless.csv"), "100,200,300\n");
    assertArrayEquals(new double[] {100, 200, 300}, sample(read(TWO_TO_ONE, DataOptions.defaults(), first, headless), 1));
    Path other = Files.writeString(folder.resolve("other.csv"), "a,c,y\n1,2,3\n");
    DataException fault = assertThrows(DataException.class, () -> read(TWO_TO_ONE, DataOptions.defaults(), first, other));
    assertEquals(other + ": cannot find column `b`, which the training data has", fault.getMessage());
  }

  @Test
  void featuresAreNeverTakenForTargets() throws Exception {
    Data known = read(TWO_TO_THREE, DataOptions.defaults(), file("1,2,0\n1,2,1\n1,2,2\n"));
    Path features = Files.writeString(folder.resolve("features.csv"), "1,2\n3,4\n");
    DataOptions options = DataOptions.defaults().knowing(known.columns());
    DataException fault = assertThrows(DataException.class, () -> read(TWO_TO_THREE, options, features));
    assertEquals(features + ": the file has 2 columns, which do not fit the model's X[2] and Y[3]", fault.getMessage());
    DataReader reader = new DataReader(TWO_TO_THREE, options, false);
    assertEquals(2, reader.read(features));
  }

  private static final Signature TO_SEVERAL = new Signature(List.of(new Port("X", 1)),
      List.of(new Port("K", 3), new Port("S", 1, Interval.closed(-1, 1)), new Port("R", 2)), Optional.empty());

  @Test
  void eachOfSeveralTargetsMayBeALabel() throws Exception {
    Data data = read(TO_SEVERAL, DataOptions.defaults(), file("x,kind,size,r1,r2\n1,b,small,5,6\n2,a,big,7,8\n3,c,big,9,10\n"));
    assertArrayEquals(new double[] {1, 0, 1, 0, 1, 5, 6}, sample(data, 0));
    assertArrayEquals(new double[] {2, 1, 0, 0, -1, 7, 8}, sample(data, 1));
    assertEquals(Map.of("K", List.of("a", "b", "c"), "S", List.of("big", "small")), data.columns().classes());
    assertEquals("10", data.fault(ErrorCode.FACT_VIOLATED, 2, 6, "wrong").diagnostic().span().orElseThrow().text());
    assertEquals("c", data.fault(ErrorCode.FACT_VIOLATED, 2, 3, "wrong").diagnostic().span().orElseThrow().text());
  }

  @Test
  void severalTargetsOfNumbersNeedNoLabels() throws Exception {
    Data data = read(TO_SEVERAL, DataOptions.defaults(), file("x,k1,k2,k3,s,r1,r2\n1,0,1,0,-1,5,6\n"));
    assertArrayEquals(new double[] {1, 0, 1, 0, -1, 5, 6}, sample(data, 0));
    Path mixed = Files.writeString(folder.resolve("mixed.csv"), "x,kind,s,r1,r2\n1,0,0.5,5,6\n2,2,1,5,6\n3,1,1,5,6\n");
    assertArrayEquals(new double[] {2, 0, 0, 1, 1, 5, 6}, sample(read(TO_SEVERAL, DataOptions.defaults(), mixed), 1));
  }

  @Test
  void whatIsTrainedOnNamesTheClassesOfEveryTarget() throws Exception {
    Data trained = read(TO_SEVERAL, DataOptions.defaults(), file("x,kind,size,r1,r2\n1,b,small,5,6\n2,a,big,7,8\n3,c,big,9,10\n"));
    Path one = Files.writeString(folder.resolve("one.csv"), "x,kind,size,r1,r2\n1,c,small,5,6\n");
    assertArrayEquals(new double[] {1, 0, 0, 1, 1, 5, 6}, sample(read(TO_SEVERAL, DataOptions.defaults().knowing(trained.columns()), one), 0));
  }

  @Test
  void columnsOfOneNameGoByPosition() throws Exception {
    Path file = file("a,a,y\n1,2,3\n");
    Data data = read(TWO_TO_ONE, DataOptions.defaults(), file, file);
    assertArrayEquals(new double[] {1, 2, 3}, sample(data, 1));
    DataException fault = assertThrows(DataException.class, () -> read(TWO_TO_ONE, options(List.of("a", "2"), List.of(), List.of()), file));
    assertTrue(fault.getMessage().endsWith("several columns are called `a`"), fault.getMessage());
  }

  @Test
  void textIsUtf8WithOrWithoutAMark() throws Exception {
    Path marked = Files.write(folder.resolve("marked.csv"), "\ufeff\"a, b\",c,kind\r\n1,2,\"grün \"\"1\"\"\"\r\n1,2,rot\r\n1,2,blau".getBytes(StandardCharsets.UTF_8));
    Data data = read(TWO_TO_THREE, DataOptions.defaults(), marked);
    assertEquals(List.of("a, b", "c"), data.columns().features());
    assertEquals(List.of("blau", "grün \"1\"", "rot"), data.classes());
    Path latin = Files.write(folder.resolve("latin.csv"), "1,2,gr\u00fcn\n".getBytes(StandardCharsets.ISO_8859_1));
    DataException fault = assertThrows(DataException.class, () -> read(TWO_TO_THREE, DataOptions.defaults(), latin));
    assertEquals(latin + ": the file is not valid UTF-8, first in line 1", fault.getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "a,b,y/1,2,3/1,,3|3:3|E202|a value is missing in column `b`",
      "a,b,y/1,2,3/1,NA,3|3:3|E202|a value is missing in column `b`",
      "a,b,y/1,2,3/1,nan,3|3:3|E202|a value is missing in column `b`",
      "a,b,y/1,2,3/1,Infinity,3|3:3|E202|`Infinity` is not a value to train with in column `b`",
      "a,b,y/1,two,3|2:3|E203|`two` is not a number in column `b`",
      "a,b,y/1,2,3/4,5|3:1|E202|this line has 2 fields, but the others have 3",
      "1,2,3/4,x,5|2:3|E203|`x` is not a number",
      "1,2,3/ /4,,5|3:3|E202|a value is missing",
      "1,2,3/4|2:1|E202|this line has 1 field, but the others have 3",
      "1,2,3/4,0x1p3,5|2:3|E203|`0x1p3` is not a number",
      "1,2,3/4,3d,5|2:3|E203|`3d` is not a number",
  })
  void faultsNameLineAndColumn(String text, String place, String code, String message) throws IOException {
    Path file = file(text.replace('/', '\n') + "\n");
    DataException fault = assertThrows(DataException.class, () -> read(TWO_TO_ONE, DataOptions.defaults(), file));
    Diagnostic diagnostic = fault.diagnostic();
    assertEquals(file + ":" + place, diagnostic.span().orElseThrow().place());
    assertEquals(code, diagnostic.code().code);
    assertEquals(message, diagnostic.message());
  }

  @Test
  void labelsThatAreNoneOfTheClassesAreFaults() throws Exception {
    Path file = file("a,b,kind\n1,2,red\n3,4,blu\n");
    DataException fault = assertThrows(DataException.class, () -> read(TWO_TO_THREE, options(List.of(), List.of(), List.of("red", "green", "blue")), file));
    assertEquals(file + ":3:5", fault.diagnostic().span().orElseThrow().place());
    assertEquals("E206", fault.diagnostic().code().code);
    Path last = Files.writeString(folder.resolve("last.csv"), "a,b,kind\n1,2,blu\n1,2,green\n1,2,pink\n");
    DataException tooMany = assertThrows(DataException.class, () -> read(TWO_TO_THREE, DataOptions.defaults(), file, last));
    assertEquals(last + ":4:5", tooMany.diagnostic().span().orElseThrow().place());
    assertTrue(tooMany.getMessage().contains("3 classes, and the data has red, blu, green"), tooMany.getMessage());
    Path unknown = Files.writeString(folder.resolve("unknown.csv"), "a,b,kind\n1,2,red\n1,2,NA\n");
    DataException missing = assertThrows(DataException.class, () -> read(TWO_TO_THREE, DataOptions.defaults(), unknown));
    assertEquals(unknown + ":3:5", missing.diagnostic().span().orElseThrow().place());
    assertEquals(List.of("red", "NA", "x"), read(TWO_TO_THREE, options(List.of(), List.of(), List.of("red", "NA", "x")), unknown).classes());
    DataException few = assertThrows(DataException.class, () -> read(TWO_TO_THREE, DataOptions.defaults(), file));
    assertTrue(few.getMessage().contains("the model has 3 classes, the data 2: blu, red"), few.getMessage());
  }

  @Test
  void misspeltColumnsAreSuggested() throws IOException {
    Path file = file("width,height,y\n1,2,3\n");
    DataException fault = assertThrows(DataException.class, () -> read(TWO_TO_ONE, options(List.of("widht", "height"), List.of(), List.of()), file));
    assertEquals(List.of("did you mean `width`?"), fault.diagnostic().help());
  }

  @Slow
  @Test
  void dataBeyondMemoryIsTheSame() throws Exception {
    StringBuilder text = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 800_000; i++) {
      text.append(i).append(',').append(i * 0.25).append(',').append(-i).append('\n');
    }
    Path file = file(text.toString());
    DataOptions none = new DataOptions(List.of(), List.of(), List.of(), List.of(), HeaderChoice.AUTO, (char) 0, '.', 0, Optional.empty());
    try (Data spilled = read(TWO_TO_ONE, none, file); Data held = read(TWO_TO_ONE, DataOptions.defaults(), file)) {
      assertTrue(spilled.table().isSpilled());
      assertTrue(!held.table().isSpilled());
      assertEquals(800_000, spilled.size());
      for (int row = 0; row < 800_000; row += 997) {
        assertArrayEquals(sample(held, row), sample(spilled, row));
        assertEquals(row + 2, spilled.table().line(row));
      }
      assertArrayEquals(new double[] {799_999, 199_999.75, -799_999}, sample(spilled, 799_999));
    }
  }

  /** An IDX file of bytes, as its description has it: big-endian, the last dimension fastest. */
  private Path idx(String name, byte[] contents, int... dimensions) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {0, 0, 8, (byte) dimensions.length});
    for (int dimension : dimensions) {
      out.writeInt(dimension);
    }
    out.write(contents);
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  @Test
  void idxImagesFindTheirLabels() throws Exception {
    Path images = idx("train-images-idx3-ubyte", new byte[] {0, 1, (byte) 255, 3, 4, 5}, 3, 1, 2);
    idx("train-labels-idx1-ubyte", new byte[] {2, 0, 1}, 3);
    Data data = read(TWO_TO_THREE, DataOptions.defaults(), images);
    assertArrayEquals(new double[] {255, 3, 1, 0, 0}, sample(data, 1));
    assertEquals(Optional.of(new Data.Image(1, 2)), data.image());
    assertTrue(data.bytes());
    Path other = idx("other", new byte[] {1, 1, 0}, 3);
    assertArrayEquals(new double[] {0, 1, 0, 1, 0}, sample(read(TWO_TO_THREE, DataOptions.defaults(), Path.of(images + "," + other)), 0));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(Files.readAllBytes(images), 20));
    DataException fault = assertThrows(DataException.class, () -> read(TWO_TO_THREE, DataOptions.defaults(), Path.of(cut + "," + other)));
    assertEquals(cut + ": the file ends in sample 3 of the 3 that it announces", fault.getMessage());
  }

  @Test
  void splitsKeepTheSharesOfClasses() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append(i).append(",1,").append(i < 30 ? 0 : i < 90 ? 1 : 2).append('\n');
    }
    SplitOptions split = new SplitOptions(List.of(file(text.toString())), List.of(), 0.2, List.of(), 0.1, 4);
    Prepared prepared = split.prepare(TWO_TO_THREE, DataOptions.defaults(), ScalingChoice.AUTO);
    assertEquals(30, prepared.split().test().length);
    assertEquals(3, Arrays.stream(prepared.split().test()).filter(row -> row < 30).count());
    assertEquals(54, prepared.split().validation().length);
    assertEquals(11, Arrays.stream(prepared.split().validation()).filter(row -> row >= 30 && row < 90).count());
    Set<Integer> all = new HashSet<>();
    for (int[] part : new int[][] {prepared.split().training(), prepared.split().validation(), prepared.split().test()}) {
      Arrays.stream(part).forEach(row -> assertTrue(all.add(row)));
    }
    assertEquals(300, all.size());
    double mean = Arrays.stream(prepared.split().training()).average().orElseThrow();
    assertEquals(mean, prepared.scaling().shift()[0], 1e-9, "fitted on the training part alone");
    assertEquals(1, prepared.scaling().divisor()[1], "a constant feature is not divided");
  }
}
