/** What an editor asks of a text, faulty or not: nothing here knows a protocol. */
package dev.nngen.ide;
