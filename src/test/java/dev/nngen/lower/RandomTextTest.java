package dev.nngen.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Samples with a few words exchanged: whatever the text, there is either a diagnostic or a graph. */
class RandomTextTest {

  private static final int ROUNDS = Integer.getInteger("random.rounds", 2000);
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*|[0-9.]+(e-?[0-9]+)?|\\|>|\\.[*/^]|[<>=!]=|&&|\\|\\||\\S|\\s+");

  private static List<String> words(Path file) {
    try {
      List<String> words = new ArrayList<>();
      Matcher matcher = WORD.matcher(Files.readString(file).replaceAll("//.*", ""));
      while (matcher.find()) {
        words.add(matcher.group());
      }
      return words;
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  @Test
  void everyTextIsJudgedOrLowered() throws IOException {
    List<List<String>> texts;
    try (Stream<Path> samples = Files.walk(Path.of("generated-samples"));
        Stream<Path> faults = Files.walk(Path.of("src/test/resources/dev/nngen/model"))) {
      texts = Stream.concat(samples, faults).filter(f -> f.toString().endsWith(".nn")).sorted().map(RandomTextTest::words).toList();
    }
    assertTrue(texts.size() > 20);
    Random random = new Random(20261122);
    int sound = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = mutated(texts, random);
      try {
        sound += judge(text);
      } catch (RuntimeException | StackOverflowError fault) {
        throw new AssertionError("round " + round + ":\n" + text, fault);
      }
    }
    assertTrue(sound > ROUNDS / 100, "hardly any text is still a model: " + sound);
  }

  private static String mutated(List<List<String>> texts, Random random) {
    List<String> words = new ArrayList<>(texts.get(random.nextInt(texts.size())));
    List<String> others = texts.get(random.nextInt(texts.size()));
    for (int k = random.nextInt(4); k >= 0 && !words.isEmpty(); k--) {
      int at = random.nextInt(words.size());
      switch (random.nextInt(4)) {
        case 0 -> words.remove(at);
        case 1 -> words.set(at, words.get(random.nextInt(words.size())));
        case 2 -> words.add(at, others.get(random.nextInt(others.size())));
        default -> words.set(at, others.get(random.nextInt(others.size())));
      }
    }
    return String.join("", words);
  }

  /** 1 where the text still has models, each of which becomes a graph. */
  private static int judge(String text) {
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = NnParser.parse(new Source("random.nn", text), diagnostics);
    List<Model> models = Models.resolve(file, SourceLoader.NONE, diagnostics);
    models.forEach(Lowering::lower);
    long written = file.items().stream().filter(Item.ModelItem.class::isInstance).count();
    assertEquals(diagnostics.hasErrors() ? 0 : written, models.size(), text);
    return models.isEmpty() ? 0 : 1;
  }
}
