package dev.nngen.codegen;

import dev.nngen.codegen.Unrolled.Entry;
import dev.nngen.ir.Extent;
import dev.nngen.plan.LoopNest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The entries that straight code reads and writes: where they lie, how often they will be needed, and which locals hold them. */
final class StraightEntries {

  private final String sample;
  private final MethodScope scope;
  /** How often each entry is read, and how often it will be from here on. */
  private final Map<Entry, Integer> uses = new HashMap<>();
  private final Map<Entry, Integer> remaining = new HashMap<>();
  /** How often each entry will still be written. */
  private final Map<Entry, Integer> stores = new HashMap<>();
  /** The local that holds an entry at the moment. */
  private final Map<Entry, String> known = new HashMap<>();

  /** @param sample the name of the loop over samples, empty where there is none */
  StraightEntries(List<LoopNest> nests, String sample, MethodScope scope) {
    this.sample = sample;
    this.scope = scope;
    for (LoopNest nest : nests) {
      Unrolled.loads(nest, entry -> uses.merge(entry, 1, Integer::sum));
      Unrolled.stores(nest, entry -> stores.merge(entry, 1, Integer::sum));
    }
    remaining.putAll(uses);
  }

  /** Counts a read of the entry. */
  void read(Entry entry) {
    remaining.merge(entry, -1, Integer::sum);
  }

  /** Counts a write to the entry; true of the last one. */
  boolean write(Entry entry) {
    return stores.merge(entry, -1, Integer::sum) == 0;
  }

  /** Lets a local hold the entry. */
  void keep(Entry entry, String local) {
    known.put(entry, local);
  }

  /** The local that holds the entry, or null. */
  String local(Entry entry) {
    return known.get(entry);
  }

  boolean isReadOften(Entry entry) {
    return uses.getOrDefault(entry, 0) > 1;
  }

  boolean isReadAgain(Entry entry) {
    return remaining.getOrDefault(entry, 0) > 0;
  }

  /** True of an entry that is a local already, or must become one. */
  boolean isNeeded(Entry entry) {
    return known.containsKey(entry) || isReadAgain(entry) || stores.getOrDefault(entry, 0) > 1;
  }

  /** What a local for the entry might be called. */
  String hint(Entry entry) {
    StringBuilder name = new StringBuilder(scope.local(entry.tensor().name()));
    entry.at().stream().filter(index -> index != Unrolled.SAMPLE).forEach(index -> name.append('_').append(index));
    return name.toString();
  }

  /** Where an entry lies. */
  String place(Entry entry) {
    String name = scope.name(entry.tensor());
    return entry.tensor().isScalar() ? name : name + ".data[" + index(entry) + "]";
  }

  private String index(Entry entry) {
    List<Extent> dims = entry.tensor().dims();
    long offset = 0;
    long sampleStep = 1;
    long samplesBelow = 0;
    for (int k = 0; k < dims.size(); k++) {
      long size = dims.get(k) instanceof Extent.Fixed fixed ? fixed.size() : 0;
      if (entry.at().get(k) == Unrolled.SAMPLE) {
        samplesBelow = offset;
        offset = 0;
        sampleStep = 1;
      } else {
        offset = offset * size + entry.at().get(k);
        samplesBelow *= size;
        sampleStep *= size;
      }
    }
    List<String> parts = new ArrayList<>();
    if (samplesBelow > 0) {
      parts.add(samplesBelow == 1 ? "m" : samplesBelow + " * m");
    }
    if (entry.isOfSample()) {
      parts.add(sampleStep == 1 ? sample : sample + " * " + sampleStep);
    }
    if (offset > 0 || parts.isEmpty()) {
      parts.add(Long.toString(offset));
    }
    return String.join(" + ", parts);
  }
}
