/** From text to the same text in the project's layout: white space changes, words and comments do not. */
package dev.nngen.format;
