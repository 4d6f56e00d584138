package dev.nngen.compiler;

import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import dev.nngen.formula.CallPattern;
import dev.nngen.formula.Spelling;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Rational;
import dev.nngen.lower.Lowering;
import dev.nngen.model.KnownNames;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The functions of one value that a text calls, as graphs, so that formulas can call them: {@code relu(Z)}, and the decimals of a text. Other names are ignored. */
final class CalledFunctions {

  private static final Pattern CALL = Pattern.compile("(?<![\\w.])[A-Za-z]\\w*(?=\\s*[(),;|])");
  private static final Pattern CONSTANTS = Pattern.compile("(\\s*,\\s*-?(\\d+(\\.\\d+)?|\\.\\d+)([eE][+-]?\\d+)?)+\\s*$");
  /** Definitions whose numbers may be in formulas of the forward pass. */
  private static final Set<KnownNames.Kind> FORMULAS = EnumSet.of(KnownNames.Kind.FUNCTION, KnownNames.Kind.LOSS, KnownNames.Kind.LAYER);
  /** Comments and training, whose numbers are not in formulas of the forward pass. */
  private static final Pattern IGNORED = Pattern.compile("//[^\n]*|/\\*.*?\\*/|\\btrain\\b[^;]*;", Pattern.DOTALL);
  private static final Pattern DECIMAL = Pattern.compile("(?<![\\w.])(\\d+\\.\\d+([eE][+-]?\\d+)?|\\d+[eE][+-]?\\d+|\\.\\d+([eE][+-]?\\d+)?)");
  private static final List<String> INPUTS = List.of("Z[3]", "Z[1]", "Z[1, 1]", "Z[2, 3, m]");
  /** Definitions of functions of the language from which textbooks derive their derivatives. */
  private static final Map<String, String> BUILTIN = Map.of("tanh", "(exp(Z) - exp(-Z)) ./ (exp(Z) + exp(-Z))");

  /** The functions of the library, the same for all models. */
  private static final Map<String, List<CallPattern>> LIBRARY = new ConcurrentHashMap<>();

  private CalledFunctions() {}

  static Spelling spelling(Source source) {
    SourceFile file = NnParser.parse(source, new Diagnostics());
    KnownNames vocabulary = KnownNames.of(file, SourceLoader.NONE);
    String functions = file.items().stream().filter(item -> !(item instanceof Item.ModelItem) && !(item instanceof Item.Import))
        .map(item -> item.span().text()).collect(Collectors.joining("\n"));
    Set<String> names = new LinkedHashSet<>();
    file.items().stream().filter(Item.ModelItem.class::isInstance).forEach(item -> add(item.span().text(), vocabulary, names));
    List<CallPattern> patterns = new ArrayList<>();
    String models = file.items().stream().filter(Item.ModelItem.class::isInstance).map(item -> item.span().text()).collect(Collectors.joining("\n"));
    names.stream().filter(name -> vocabulary.find(name).filter(found -> found.kind() == KnownNames.Kind.FUNCTION).isPresent()).forEach(name -> {
      boolean own = vocabulary.find(name).flatMap(KnownNames.Callable::place).filter(place -> place.source().equals(source)).isPresent();
      patterns.addAll(own ? patterns(functions, name, "") : LIBRARY.computeIfAbsent(name, known -> patterns("", known, "")));
      constants(models, name).forEach(constants -> patterns.addAll(own ? patterns(functions, name, constants)
          : LIBRARY.computeIfAbsent(name + constants, known -> patterns("", name, constants))));
    });
    String written = source.text() + names.stream().flatMap(name -> vocabulary.find(name).filter(found -> FORMULAS.contains(found.kind())).flatMap(KnownNames.Callable::place).stream()).map(CalledFunctions::definition).collect(Collectors.joining("\n"));
    return new Spelling(patterns, DECIMAL.matcher(IGNORED.matcher(written).replaceAll(" ")).results().map(number -> Rational.parse(number.group())).collect(Collectors.toSet()), true);
  }

  /** Adds the names that a text calls, and transitively those that the called layers call. */
  private static void add(String text, KnownNames vocabulary, Set<String> names) {
    CALL.matcher(text).results().map(MatchResult::group).filter(names::add).toList().forEach(name -> vocabulary.find(name)
        .filter(found -> found.kind() == KnownNames.Kind.LAYER).flatMap(KnownNames.Callable::place).ifPresent(place -> add(definition(place), vocabulary, names)));
  }

  /** Returns the text of the definition at a place. */
  private static String definition(Span place) {
    return NnParser.parse(place.source(), new Diagnostics()).items().stream().map(Item::span)
        .filter(item -> item.start() <= place.start() && place.end() <= item.end()).map(Span::text).findFirst().orElse("");
  }

  /** Returns the constants after the first argument in calls of a function, such as {@code , 0.2}. */
  private static Set<String> constants(String text, String name) {
    Set<String> found = new LinkedHashSet<>();
    Matcher calls = Pattern.compile("(?<piped>\\|>\\s*)?(?<!\\w)" + name + "\\s*\\(").matcher(text);
    while (calls.find()) {
      Matcher constants = CONSTANTS.matcher(inBrackets(text, calls.end()));
      Matcher all = CONSTANTS.matcher(", " + inBrackets(text, calls.end()));
      if (calls.group("piped") == null ? constants.find() : all.matches()) {
        found.add((calls.group("piped") == null ? constants : all).group());
      }
    }
    return found;
  }

  /** Returns the text up to the bracket that closes an open one. */
  private static String inBrackets(String text, int start) {
    int depth = 1;
    int end = start;
    for (; end < text.length(); end++) {
      char c = text.charAt(end);
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      if (depth == 0) {
        break;
      }
    }
    return text.substring(start, end);
  }

  private static List<CallPattern> patterns(String functions, String name, String constants) {
    List<CallPattern> patterns = new ArrayList<>();
    List<Rational> values = Arrays.stream(constants.split(",")).map(String::strip).filter(number -> !number.isEmpty()).map(Rational::parse).toList();
    String definition = BUILTIN.getOrDefault(name, name + "(Z" + constants + ")");
    INPUTS.forEach(input -> pattern(functions, name, values, input, definition, patterns));
    return List.copyOf(patterns);
  }

  private static void pattern(String functions, String name, List<Rational> constants, String input, String definition, List<CallPattern> patterns) {
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = NnParser.parse(new Source("called", functions + "\nmodel Called { input " + input + "; param u = 1; A = " + definition + "; output A; minimize J = sum(u * A); }"), diagnostics);
    List<Model> models = diagnostics.hasErrors() ? List.of() : Models.resolve(file, SourceLoader.NONE, diagnostics);
    if (models.size() == 1 && !diagnostics.hasErrors()) {
      Graph graph = Lowering.lower(models.get(0)).graph();
      CallPattern.of(name, constants, graph, graph.named("A").node(), graph.named("Z").node()).ifPresent(patterns::add);
    }
  }
}
