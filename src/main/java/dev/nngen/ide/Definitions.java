package dev.nngen.ide;

import dev.nngen.ast.Item;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.model.KnownNames;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.Lexeme;
import java.util.Optional;

/** Finds definitions of names. */
public final class Definitions {

  private Definitions() {}

  /**
   * Returns the place of the definition of the word at an offset: a value, a function of the file, an import or the library, or the value whose layer
   * owns the name, such as H for {@code W_H}. For the path of an import returns its file.
   */
  public static Optional<Span> find(Analysis analysis, SourceLoader loader, int offset) {
    return analysis.word(offset).flatMap(word -> find(analysis, word)).or(() -> imported(analysis, loader, offset));
  }

  private static Optional<Span> find(Analysis analysis, Lexeme word) {
    String name = word.text();
    int offset = word.span().start();
    Optional<Span> value = analysis.bindings().find(name, offset).map(binding -> binding.name().span());
    return value.or(() -> analysis.vocabulary().find(name).flatMap(KnownNames.Callable::place))
        .or(() -> analysis.vocabulary().sizes().stream().filter(size -> size.name().equals(name)).map(size -> size.span()).findFirst())
        .or(() -> owner(analysis, name, offset));
  }

  /** Returns the value whose call of a layer owns a name. Names of a layer's own values end in the name of that value. */
  private static Optional<Span> owner(Analysis analysis, String name, int offset) {
    int end = name.indexOf('_');
    while (end > 0 && end < name.length() - 1) {
      String owner = name.substring(end + 1);
      Optional<DefinedName> found = analysis.bindings().find(owner, offset).or(() -> analysis.bindings().find(owner.replaceFirst("_\\d+$", ""), offset));
      if (found.isPresent()) {
        return found.map(binding -> binding.name().span());
      }
      end = name.indexOf('_', end + 1);
    }
    return Optional.empty();
  }

  private static Optional<Span> imported(Analysis analysis, SourceLoader loader, int offset) {
    return analysis.file().items().stream().filter(Item.Import.class::isInstance).map(Item.Import.class::cast)
        .filter(item -> item.span().start() <= offset && offset <= item.span().end()).findFirst()
        .map(item -> loader.load(analysis.source(), item.path()))
        .flatMap(found -> found instanceof SourceLoader.Text text ? Optional.of(start(text.source())) : Optional.empty());
  }

  private static Span start(Source source) {
    return new Span(source, 0, 0);
  }
}
