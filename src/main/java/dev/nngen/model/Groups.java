package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Divides the trained parameters among losses or optimizers: {@code of} names some, and one statement without it takes the rest. */
final class Groups {

  private final Session session;
  private final Kind kind;
  /** The trained parameters in their order, with the statement that each belongs to. */
  private final Map<String, Span> owners = new LinkedHashMap<>();
  private final Map<String, Span> listed = new HashMap<>();
  private final boolean isSound;

  private Groups(Session session, Kind kind) {
    this.session = session;
    this.kind = kind;
    this.isSound = !session.report.hasErrors();
    session.parameters.stream().filter(parameter -> !parameter.decl().frozen()).forEach(parameter -> owners.put(parameter.local().name, null));
  }

  /** Owner of the groups, in the words of messages. */
  enum Kind {
    LOSS("loss", "belongs to", "name the parameters of one: `minimize G = mean(E) of W;`"),
    OPTIMIZER("optimizer", "is trained by", "name the parameters of one: `train sgd(rate = 0.1) of W;`; stages of one optimizer are joined by `|>`: `train clipnorm(1) |> adam(rate = 1e-3);`");

    private final String word;
    private final String has;
    private final String remedy;

    Kind(String word, String has, String remedy) {
      this.word = word;
      this.has = has;
      this.remedy = remedy;
    }
  }

  /**
   * A statement that trains parameters.
   *
   * @param names the parameters after {@code of}; empty for all that no other statement names
   */
  record Member(List<Expr.Name> names, Span span) {}

  /** Returns the names of each statement's parameters, in the order of all; errors are reported. */
  static List<List<String>> divide(Session session, Kind kind, List<Member> members) {
    Groups groups = new Groups(session, kind);
    members.forEach(member -> member.names().forEach(name -> groups.take(name, member)));
    List<Member> rest = members.stream().filter(member -> member.names().isEmpty()).toList();
    if (rest.size() > 1) {
      session.report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, rest.get(1).span(), (kind == Kind.LOSS ? "two losses are" : "two optimizers are")
          + " for all remaining parameters").note(rest.get(0).span(), "first here").help(kind.remedy));
    } else if (rest.size() == 1) {
      groups.takeRest(rest.get(0), members.size() > 1);
    } else if (!members.isEmpty()) {
      groups.reportLeft(members.get(members.size() - 1));
    }
    return members.stream().map(groups::of).toList();
  }

  private List<String> of(Member member) {
    return owners.entrySet().stream().filter(owner -> member.span().equals(owner.getValue())).map(Map.Entry::getKey).toList();
  }

  private void take(Expr.Name name, Member member) {
    if (!owners.containsKey(name.name())) {
      reportUnknown(name);
    } else if (owners.get(name.name()) != null) {
      session.report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, name.span(), owners.get(name.name()).equals(member.span())
          ? "`" + name.name() + "` is repeated" : "`" + name.name() + "` " + kind.has + " another " + kind.word)
          .note(listed.get(name.name()), "here already"));
    } else {
      listed.put(name.name(), name.span());
      owners.put(name.name(), member.span());
    }
  }

  private void reportUnknown(Expr.Name name) {
    boolean frozen = session.parameters.stream().anyMatch(parameter -> parameter.local().name.equals(name.name()));
    if (frozen) {
      session.report.error(Diagnostic.of(ErrorCode.MISPLACED, name.span(), "`" + name.name() + "` is frozen, so it is not trained").help("remove it"));
    } else if (isSound) {
      session.report.unknown(name.name(), () -> {
        Diagnostic unknown = Diagnostic.of(ErrorCode.UNKNOWN_NAME, name.span(), "cannot find parameter `" + name.name() + "`");
        List<String> owned = owners.keySet().stream().filter(other -> other.matches(".+_" + name.name() + "(_\\d+)?")).toList();
        return owned.isEmpty() ? NameHelp.add(unknown, name, owners.keySet()) : unknown.help("the parameters of its layer are " + listed(owned));
      });
    }
  }

  private void takeRest(Member member, boolean amongOthers) {
    boolean none = owners.values().stream().allMatch(owner -> owner != null);
    owners.replaceAll((name, owner) -> owner == null ? member.span() : owner);
    if (none && amongOthers && isSound) {
      session.report.error(ErrorCode.INCOMPLETE_MODEL, member.span(), "no parameter is left for this " + kind.word);
    }
  }

  private void reportLeft(Member last) {
    Set<String> left = owners.keySet().stream().filter(name -> owners.get(name) == null).collect(Collectors.toCollection(LinkedHashSet::new));
    if (!left.isEmpty() && isSound && !session.report.hasErrors()) {
      session.report.error(Diagnostic.of(ErrorCode.INCOMPLETE_MODEL, last.span(), "no " + kind.word + " trains " + listed(new ArrayList<>(left)))
          .help("list " + (left.size() == 1 ? "it" : "them") + " after an `of`, remove one `of` to train the rest, or declare what never changes as `param .. frozen;`"));
    }
  }

  private static String listed(List<String> names) {
    List<String> quoted = names.stream().map(name -> "`" + name + "`").toList();
    return quoted.size() == 1 ? quoted.get(0) : String.join(", ", quoted.subList(0, quoted.size() - 1)) + " and " + quoted.get(quoted.size() - 1);
  }
}
