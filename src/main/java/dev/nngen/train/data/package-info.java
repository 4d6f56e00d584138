/** Reads data: CSV and IDX files become a table of numbers, with roles of columns, class labels, scaling, splits and checks. */
package dev.nngen.train.data;
