/** Editor services for a text, with or without errors, independent of a protocol. */
package dev.nngen.ide;
