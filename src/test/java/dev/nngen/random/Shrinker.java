package dev.nngen.random;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Makes a text that fails smaller, as long as it goes on failing. */
final class Shrinker {

  /** What is spent on it before the smallest text so far is taken for the smallest. */
  private static final int MOST_TRIALS = 3000;
  private static final long MOST_NANOS = 60_000_000_000L;
  private static final Comparator<String> SMALLER = Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder());

  private final Predicate<String> fails;
  private final Set<String> tried = new HashSet<>();

  private final long end = processorTime() + MOST_NANOS;

  private Shrinker(Predicate<String> fails) {
    this.fails = fails;
  }

  /** @param fails whether a text fails in the same way; false if it is not a model */
  static String shrink(String text, Predicate<String> fails) {
    return new Shrinker(fails).shrink(text);
  }

  private String shrink(String text) {
    SourceFile smallest = parsed(text);
    for (Optional<SourceFile> next = Optional.of(smallest); next.isPresent(); next = smaller(smallest)) {
      smallest = next.get();
    }
    return AstPrinter.print(smallest);
  }

  /** The first text that differs in one place, is smaller, and fails. */
  private Optional<SourceFile> smaller(SourceFile file) {
    String text = AstPrinter.print(file);
    for (Iterator<SourceFile> candidates = Simpler.files(file).iterator(); candidates.hasNext() && tried.size() < MOST_TRIALS && processorTime() < end;) {
      SourceFile candidate = candidates.next();
      String shorter = AstPrinter.print(candidate);
      if (SMALLER.compare(shorter, text) < 0 && tried.add(shorter) && fails.test(shorter)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static SourceFile parsed(String text) {
    return NnParser.parse(new Source("random.nn", text), new Diagnostics());
  }
}
