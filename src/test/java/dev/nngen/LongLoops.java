package dev.nngen;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** Marks a slow class whose time goes to loops over numbers: {@code mvn verify} runs it with the optimizing compiler, which pays there only. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("loops")
public @interface LongLoops {}
