package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Names the values that layers own. A local {@code N} of the layer called in the definition of {@code D} is {@code N_D}; of a layer called inside
 * that layer, in its local {@code H}, {@code N_H_D}. If several calls in one place own parameters, they are numbered in the order of evaluation:
 * {@code N_D_1}. Calls without parameters are numbered only if names would clash.
 */
final class Naming {

  private final FaultReport report;
  /** Names of the text, which layers must not use. */
  private final Map<String, Span> written;
  /** Names of locals so far, with the definition that contains the call. */
  private final Map<String, Span> given = new LinkedHashMap<>();

  Naming(Map<String, Span> written, FaultReport report) {
    this.written = written;
    this.report = report;
  }

  /** Names the locals of all calls in the definition of {@code name} at {@code place}. */
  void name(CallSite site, String name, Span place) {
    place(site, "_" + name, place);
  }

  /** Visits the locals of all calls in the order of evaluation. */
  static void forEach(CallSite site, Consumer<CallSite.Local> consumer) {
    for (CallSite.LayerCall call : site.calls) {
      for (CallSite.Local local : call.locals) {
        forEach(local.site, consumer);
        consumer.accept(local);
      }
      forEach(call.result, consumer);
    }
  }

  private void place(CallSite site, String suffix, Span place) {
    List<CallSite.LayerCall> owners = site.calls.stream().filter(CallSite.LayerCall::ownsParameters).toList();
    for (int k = 0; k < owners.size(); k++) {
      assign(owners.get(k), owners.size() == 1 ? free(owners.get(k), suffix, 2) : suffix + "_" + (k + 1), place);
    }
    List<CallSite.LayerCall> others = site.calls.stream().filter(c -> !c.ownsParameters()).toList();
    for (CallSite.LayerCall call : others) {
      boolean alone = others.stream().noneMatch(c -> c != call && sharesLocal(c, call));
      assign(call, alone ? free(call, suffix, 2) : free(call, suffix + "_1", 2, suffix), place);
    }
  }

  private static boolean sharesLocal(CallSite.LayerCall a, CallSite.LayerCall b) {
    return a.locals.stream().anyMatch(x -> b.locals.stream().anyMatch(y -> y.word.equals(x.word)));
  }

  private void assign(CallSite.LayerCall call, String suffix, Span place) {
    for (CallSite.Local local : call.locals) {
      local.name = local.word + suffix;
      claim(local, place);
    }
    for (CallSite.Local local : call.locals) {
      place(local.site, "_" + local.name, place);
    }
    place(call.result, suffix, place);
  }

  private void claim(CallSite.Local local, Span place) {
    Span clash = written.getOrDefault(local.name, given.get(local.name));
    if (clash != null) {
      report.error(Diagnostic.of(ErrorCode.DUPLICATE_NAME, place,
          "the layer called here owns `" + local.word + "`, whose name `" + local.name + "` is taken")
          .note(clash, "`" + local.name + "` is defined here").help("rename this definition"));
    }
    given.put(local.name, place);
  }

  /** Returns the first of suffix, suffix_n, suffix_(n+1), ... with which all locals of the call have unused names. */
  private String free(CallSite.LayerCall call, String suffix, int n) {
    return free(call, suffix, n, suffix);
  }

  private String free(CallSite.LayerCall call, String first, int n, String base) {
    String candidate = first;
    for (int k = n; !isFree(call, candidate); k++) {
      candidate = base + "_" + k;
    }
    return candidate;
  }

  private boolean isFree(CallSite.LayerCall call, String suffix) {
    return call.locals.stream().noneMatch(l -> given.containsKey(l.word + suffix)
        || !call.ownsParameters() && written.containsKey(l.word + suffix));
  }
}
