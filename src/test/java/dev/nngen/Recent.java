package dev.nngen;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Caches the results of a function for its last arguments, because loops over kernel sets and settings request the same models and classes again. */
public final class Recent<K, V> {

  private static final int MOST = 48;

  private final Function<K, V> function;
  private final Map<K, V> known = new LinkedHashMap<>(MOST, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MOST;
    }
  };

  /**
   * @param function returns values that are not changed, equal for equal arguments
   */
  public Recent(Function<K, V> function) {
    this.function = function;
  }

  public synchronized V get(K argument) {
    V value = known.get(argument);
    if (value == null) {
      value = function.apply(argument);
      known.put(argument, value);
    }
    return value;
  }
}
