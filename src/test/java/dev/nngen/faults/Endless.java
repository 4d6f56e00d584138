package dev.nngen.faults;

import dev.nngen.cli.Commands;
import dev.nngen.codegen.GeneratedClass;
import dev.nngen.compiler.Options;
import dev.nngen.fuzz.Hostile;
import java.nio.file.Path;
import java.util.List;

/** Does one thing over and over until it is killed; says {@code ready} once it has done it twice. */
public final class Endless {

  private Endless() {}

  /** {@code command WORDS , WORDS}: two commands in turn; {@code save MODEL FILE}: saves an object that is trained in between. */
  public static void main(String[] args) {
    List<String> words = List.of(args).subList(1, args.length);
    Runnable[] both = args[0].equals("save") ? saving(words) : commands(words);
    for (int round = 0; ; round++) {
      both[0].run();
      both[1].run();
      if (round == 0) {
        System.out.println("ready");
      }
    }
  }

  private static Runnable[] commands(List<String> words) {
    int comma = words.indexOf(",");
    return new Runnable[] {() -> Commands.quiet(words.subList(0, comma)), () -> Commands.quiet(words.subList(comma + 1, words.size()))};
  }

  private static Runnable[] saving(List<String> words) {
    GeneratedClass.Instance instance = Hostile.compile(words.get(0), Options.DEFAULT).create(1);
    instance.call("initialize", 1L);
    Path file = Path.of(words.get(1));
    return new Runnable[] {() -> instance.call("save", file), () -> instance.call("initialize", 2L)};
  }
}
