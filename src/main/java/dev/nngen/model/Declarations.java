package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item.ModelItem;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.DataDecl;
import dev.nngen.ast.Statement.Definition;
import dev.nngen.ast.Statement.Minimize;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.ast.Statement.Precision;
import dev.nngen.ast.Statement.Samples;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.SourceVersion;

/**
 * The properties of a model that are known before its statements are typed in order.
 *
 * @param names the names that the text defines, with their first definitions
 * @param batched whether an input has m samples, which a declaration with one size or none has
 */
record Declarations(Map<String, Span> names, boolean rows, boolean singlePrecision, boolean batched) {

  /** Names with a meaning in every model, and names of methods of every Java object. */
  private static final Set<String> RESERVED = Set.of("m", "pi", "inf");
  private static final String STEP = "t";
  private static final Set<String> OBJECT = Set.of("getClass", "hashCode", "toString", "clone", "notify", "notifyAll", "wait", "finalize");

  /** Reads the declarations; reports a name that is defined twice or must not be defined. */
  static Declarations of(ModelItem model, FileScope file, FaultReport report) {
    Map<String, Span> names = new LinkedHashMap<>();
    Optional<Boolean> rows = file.rows();
    Optional<Boolean> single = file.singlePrecision();
    boolean batched = false;
    for (Statement statement : model.body()) {
      declare(statement, names, report);
      names(statement).stream().filter(name -> statement instanceof ParamDecl || statement instanceof Statement.StateDecl).filter(name -> name.name().equals(STEP))
          .forEach(name -> report.error(ErrorCode.INVALID_NAME, name.span(), "`t` is the training step, not a name of a " + (statement instanceof ParamDecl ? "parameter" : "state")));
      if (statement instanceof Samples samples) {
        rows = Settings.rows(samples, report).or(file::rows);
      } else if (statement instanceof Precision precision) {
        single = Settings.single(precision, report).or(file::singlePrecision);
      } else if (statement instanceof DataDecl data) {
        batched |= data.sizes().size() < 2 || data.count().isPresent() || data.sizes().stream().anyMatch(DataDeclarations::isSamples);
      }
    }
    return new Declarations(names, rows.orElse(false), single.orElse(false), batched);
  }

  /** Returns the names that a statement defines. */
  static List<Name> names(Statement statement) {
    if (statement instanceof DataDecl data) {
      return List.of(data.name());
    } else if (statement instanceof ParamDecl param) {
      return List.of(param.name());
    } else if (statement instanceof Statement.NoiseDecl noise) {
      return List.of(noise.name());
    } else if (statement instanceof Statement.StateDecl state) {
      return state.states().stream().map(ParamDecl::name).toList();
    } else if (statement instanceof Definition definition) {
      return List.of(definition.name());
    } else if (statement instanceof Minimize minimize) {
      return List.of(minimize.name());
    } else if (statement instanceof Statement.Unpacking unpacking) {
      return unpacking.names();
    } else if (statement instanceof Statement.Share share) {
      return List.of(share.name());
    } else if (statement instanceof Statement.Repeat repeat) {
      return repeat.body().stream().flatMap(inner -> names(inner).stream()).toList();
    } else if (statement instanceof Statement.Over over) {
      return over.body().stream().flatMap(inner -> names(inner).stream()).toList();
    }
    return statement instanceof SizeDecl size ? List.of(size.name()) : List.of();
  }

  /** Declares the names of a statement. A repeated name may have a value before the first round. */
  private static void declare(Statement statement, Map<String, Span> names, FaultReport report) {
    if (statement instanceof Statement.Repeat repeat) {
      declare(repeat, new HashSet<>(), names, report);
    } else {
      names(statement).forEach(name -> declare(name, names, report));
    }
  }

  /**
   * @param own the names that this repetition and the enclosing ones have defined so far
   */
  private static void declare(Statement.Repeat repeat, Set<String> own, Map<String, Span> names, FaultReport report) {
    for (Statement statement : repeat.body()) {
      if (statement instanceof Statement.Repeat inner) {
        Set<String> inside = new HashSet<>();
        declare(inner, inside, names, report);
        own.addAll(inside);
      } else {
        names(statement).stream().filter(name -> !own.add(name.name()) || !names.containsKey(name.name())).forEach(name -> declare(name, names, report));
      }
    }
  }

  /** Whether an index may have the name; reports an error if not. */
  static boolean isIndexName(Name name, FaultReport report) {
    boolean isReserved = RESERVED.contains(name.name()) || name.name().equals("end");
    if (isReserved) {
      report.error(ErrorCode.INVALID_NAME, name.span(), "`" + name.name() + "` has a meaning of its own and cannot be an index");
    }
    return !isReserved;
  }

  private static void declare(Name name, Map<String, Span> names, FaultReport report) {
    Span before = names.putIfAbsent(name.name(), name.span());
    if (before != null) {
      report.error(FaultReport.definedTwice("`" + name.name() + "`", name.span(), before));
    } else if (RESERVED.contains(name.name())) {
      report.error(ErrorCode.INVALID_NAME, name.span(), "`" + name.name()
          + "` has a meaning of its own and cannot be defined");
    } else if (SourceVersion.isKeyword(name.name()) || OBJECT.contains(name.name())) {
      report.error(ErrorCode.INVALID_NAME, name.span(), "`" + name.name()
          + "` cannot be a name here, since the generated Java class would need it");
    }
  }
}
