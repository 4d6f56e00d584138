package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train}, {@code eval} and {@code predict} of sequences. */
@Slow
class SequenceCommandsTest {

  private static final String LETTERS = "model Letters { input letter[4] of 6; target next[4] of 6; %s minimize J = mean(crossentropy(P, next)) / 4; train adam(rate = 0.05); }";

  @TempDir
  private Path folder;

  private Command train(Path model, Path data, Object... more) {
    Object[] words = {"train", model, "--data", data, "-d", folder, "--seed", 2};
    Object[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Command.run(all);
  }

  /** The next letter of a cycle is certain, so the network writes the cycle; the same seed draws the same letters. */
  @Test
  void aTextIsLearntAndGoneOnWith() throws IOException {
    Path model = Files.writeString(folder.resolve("letters.nn"), LETTERS.formatted("P = softmax(dense(embedding(letter, 8), 6));"));
    Path text = Files.writeString(folder.resolve("text.txt"), "abcd\n".repeat(120));
    Command trained = train(model, text, "--format", "text", "--window", 4, "--epochs", 15);
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("validation (30 samples): loss 0.0"), trained.out());
    Path weights = folder.resolve("Letters.safetensors");
    Command eval = Command.run("eval", model, "--data", text, "--weights", weights);
    assertTrue(eval.out().contains("evaluation (149 samples): loss 0.0"), eval.out() + eval.err());
    Command generated = Command.run("predict", model, "--weights", weights, "--generate", 12, "--prompt", "ab", "--temperature", 0);
    assertEquals("abcd\nabcd\nabcd\n", generated.out(), generated.err());
    Path file = folder.resolve("drawn.txt");
    assertEquals(0, Command.run("predict", model, "--weights", weights, "--generate", 40, "--temperature", 9, "--seed", 5, "-o", file).status());
    Command again = Command.run("predict", model, "--weights", weights, "--generate", 40, "--temperature", 9, "--seed", 5);
    assertEquals(Files.readString(file), again.out());
    assertNotEquals(again.out(), Command.run("predict", model, "--weights", weights, "--generate", 40, "--temperature", 9, "--seed", 6).out());
    Command strange = Command.run("predict", model, "--weights", weights, "--generate", 3, "--prompt", "xyz");
    assertEquals(1, strange.status());
    assertTrue(strange.err().contains("the prompt has `x`, which does not occur in the text that the network was trained on"), strange.err());
    Command other = Command.run("eval", model, "--data", Files.writeString(folder.resolve("other.txt"), "abcdefabcdef"), "--weights", weights);
    assertTrue(other.err().contains("character 5: `e` does not occur"), other.err());
    assertEquals(2, Command.run("predict", model, "--weights", weights).status());
    assertEquals(2, Command.run("predict", model, "--weights", weights, "--generate", 3, "--data", text).status());
  }

  /** With samples in rows and logarithms as output, the next letter is at another position and is another number. */
  @Test
  void orientationAndLogitsMakeNoDifference() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), "abcd\n".repeat(120));
    Path rows = Files.writeString(folder.resolve("rows.nn"), "samples rows; " + LETTERS.formatted("Z = dense(embedding(letter, 8), 6); P = softmax(Z); output Z;"));
    Command trained = train(rows, text, "--format", "text", "--epochs", 15);
    assertEquals(0, trained.status(), trained.err());
    Command generated = Command.run("predict", rows, "--weights", folder.resolve("Letters.safetensors"), "--generate", 6, "--prompt", "a", "--temperature", 0.1);
    assertEquals("abcd\nab\n", generated.out(), generated.err());
  }

  @Test
  void theCharacterBehindAWindow() throws IOException {
    Path model = Files.writeString(folder.resolve("one.nn"), "model Letters { input letter[3] of 5; target next of 5; P = softmax(dense(flatten(embedding(letter, 6)), 5)); "
        + "minimize J = mean(crossentropy(P, next)); train adam(rate = 0.05); }");
    Path text = Files.writeString(folder.resolve("text.txt"), "abcab\n".repeat(60));
    Command trained = train(model, text, "--format", "text", "--stride", 1, "--epochs", 8);
    assertTrue(trained.out().contains("accuracy 1.0000"), trained.out() + trained.err());
    Command generated = Command.run("predict", model, "--weights", folder.resolve("Letters.safetensors"), "--generate", 9, "--prompt", "abc", "--temperature", 0);
    assertEquals("abcab\nabcab\n\n", generated.out(), generated.err());
  }

  /** A wave is determined by two earlier steps; the network must beat the forecast of no change. */
  @Test
  void aSeriesIsForecast() throws IOException {
    Path model = Files.writeString(folder.resolve("wave.nn"), "model Wave { input X[6]; target Y[1]; P = dense(X, 1); minimize J = mean(squared(P, Y)); train adam(rate = 0.05); }");
    Path data = Files.writeString(folder.resolve("wave.csv"), "t,y\n" + IntStream.range(0, 300).mapToObj(t -> t + "," + Math.sin(0.5 * t)).collect(Collectors.joining("\n")));
    Command trained = train(model, data, "--window", 6, "--horizon", 1, "--epochs", 60);
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("R2 1.0000"), trained.out());
    Path weights = folder.resolve("Wave.safetensors");
    Command eval = Command.run("eval", model, "--data", data, "--weights", weights);
    assertTrue(eval.out().contains("evaluation (294 samples)"), eval.out() + eval.err());
    Command predicted = Command.run("predict", model, "--data", data, "--weights", weights);
    assertEquals(295 + 1, predicted.out().split("\n").length, predicted.err());
    Command other = Command.run("eval", model, "--data", data, "--weights", weights, "--window", 3);
    assertTrue(other.err().contains("the network was trained on a series with --window 6 --horizon 1"), other.err());
    Command none = Command.run("predict", model, "--weights", weights, "--generate", 3);
    assertTrue(none.err().contains("--generate needs a network that was trained on a text"), none.err());
  }

  /** The year before as forecast has an RMSE of 32.8 for the years 1951 to 2008. */
  @Test
  void sunspotsAreForecastBetterThanByTheYearBefore() {
    Path sample = Path.of("generated-samples/sunspots");
    Command trained = train(sample.resolve("sunspots.nn"), sample.resolve("sunspots.csv"), "--window", 24, "--test", 0.2035, "--validation", 0.1, "--epochs", 30);
    Matcher test = Pattern.compile("test \\(58 samples\\): .*RMSE ([0-9.]+)").matcher(trained.out());
    assertTrue(test.find() && Double.parseDouble(test.group(1)) < 28, trained.out() + trained.err());
  }
}
