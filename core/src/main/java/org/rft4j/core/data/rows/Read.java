package org.rft4j.core.data.rows;

/** What reading one row gives: the row, or what is wrong with it. */
public sealed interface Read permits Row, RowProblem {}
