package dev.nngen.serve;

import dev.nngen.ast.Item;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Severity;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.explain.Derivation;
import dev.nngen.explain.Format;
import dev.nngen.explain.HtmlFragment;
import dev.nngen.format.Formatter;
import dev.nngen.formula.Form;
import dev.nngen.ide.Analysis;
import dev.nngen.model.SourceLoader;
import dev.nngen.simplify.Proof;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The views of a text on the page, as JSON. */
final class Views {

  private static final int MOST_KEPT = 8;
  private static final long SEED = 1;

  /** Cache of the last texts, so that another tab of the same text needs no new derivation. */
  private final Map<Source, Analysis> kept = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Source, Analysis> eldest) {
      return size() > MOST_KEPT;
    }
  };

  /** Returns the errors and warnings of parsing and typing. Takes milliseconds. */
  Map<String, Object> look(Source source, SourceLoader loader) {
    return Map.of("diagnostics", analysis(source, loader).diagnostics().stream().map(diagnostic -> diagnostic(source, diagnostic)).toList());
  }

  /**
   * Returns the content of one tab, and all diagnostics. May take as long as compiling.
   *
   * @param tab {@code gradients}, {@code java}, {@code check} or {@code picture}
   * @param model the name of the model, if there are several; an unknown name selects the first
   * @param form the notation of formulas
   */
  Map<String, Object> show(Source source, SourceLoader loader, String tab, String model, String form) throws Refusal {
    Analysis analysis = analysis(source, loader);
    List<CompiledModel> models = analysis.compiled();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("diagnostics", analysis.allDiagnostics().stream().map(diagnostic -> diagnostic(source, diagnostic)).toList());
    answer.put("models", models.stream().map(CompiledModel::name).toList());
    Optional<CompiledModel> chosen = models.stream().filter(one -> one.name().equals(model)).findFirst().or(() -> models.stream().findFirst());
    if (chosen.isPresent()) {
      answer.put("model", chosen.get().name());
      answer.put(tab, content(chosen.get(), loader, tab, form));
    }
    return answer;
  }

  /** Returns the formatted text, or the text itself if it has a syntax error. */
  static Map<String, Object> format(Source source) {
    return Map.of("text", Formatter.format(source, new Diagnostics()).orElse(source.text()));
  }

  /** Returns the analysis of a text. It is not cached for a text with imports, whose files may change. */
  private Analysis analysis(Source source, SourceLoader loader) {
    synchronized (kept) {
      Analysis known = kept.get(source);
      if (known != null) {
        return known;
      }
    }
    Analysis made = new Analysis(source, loader);
    if (made.file().items().stream().noneMatch(Item.Import.class::isInstance)) {
      synchronized (kept) {
        kept.put(source, made);
      }
    }
    return made;
  }

  private static Object content(CompiledModel model, SourceLoader loader, String tab, String form) throws Refusal {
    return switch (tab) {
      case "java" -> new Compiler(Options.DEFAULT, loader).generate(model).text();
      case "check" -> check(model);
      case "gradients" -> model.lowered().losses().isEmpty() ? "" : HtmlFragment.of(derivation(model, form)).body();
      case "picture" -> model.lowered().losses().isEmpty() ? "" : element(Format.SVG.render(derivation(model, form), false, false));
      default -> throw new Refusal(400, "there is no tab `" + tab + "`");
    };
  }

  /** Returns the picture without the XML declaration. */
  private static String element(String picture) {
    return picture.substring(picture.indexOf("<svg"));
  }

  private static Derivation derivation(CompiledModel model, String form) throws Refusal {
    try {
      Form asked = Form.valueOf(form.toUpperCase(Locale.ROOT));
      return model.derivation().derive(new dev.nngen.explain.ExplainOptions(asked, true, List.of(), Optional.empty()));
    } catch (IllegalArgumentException unknown) {
      throw new Refusal(400, "there is no form `" + form + "`");
    }
  }

  /** Returns a line for each claim and each gradient. */
  private static List<Object> check(CompiledModel model) {
    List<Object> lines = new ArrayList<>();
    for (CompiledModel.Decided decided : model.claims()) {
      String outcome = decided.proof() instanceof Proof.Proved proved ? "proved, " + proved.reason() : decided.proof() instanceof Proof.Refuted ? "refuted" : "not proved";
      lines.add(line(decided.proof() instanceof Proof.Proved, decided.claim().text() + ": " + outcome));
    }
    try {
      GradientCheck.check(model.differentiated(), model.simplified(), SEED).forEach(line -> lines.add(line(line.passed(), line.toString())));
    } catch (IllegalArgumentException noPoint) {
      lines.add(line(false, noPoint.getMessage()));
    }
    return lines;
  }

  private static Map<String, Object> line(boolean passed, String text) {
    return Map.of("passed", passed, "text", text);
  }

  /** Returns a diagnostic. Offsets are UTF-16 units of the text; a diagnostic of an import has none. */
  private static Map<String, Object> diagnostic(Source source, Diagnostic diagnostic) {
    Map<String, Object> json = new LinkedHashMap<>();
    Optional<Span> here = diagnostic.span().filter(span -> span.source().equals(source));
    here.ifPresent(span -> {
      json.put("start", span.start());
      json.put("end", span.end());
      json.put("line", source.line(span.start()));
      json.put("column", source.column(span.start()));
    });
    json.put("place", here.isPresent() ? "" : diagnostic.span().map(Span::place).orElse(""));
    json.put("error", diagnostic.severity() == Severity.ERROR);
    json.put("code", diagnostic.code().code);
    json.put("message", diagnostic.message() + (diagnostic.label().isEmpty() ? "" : ": " + diagnostic.label()));
    json.put("help", diagnostic.help());
    return json;
  }
}
