/** Rewards for SQL: queries run in processes of their own, on SQLite and DuckDB, and are compared by what they give. */
@NullMarked
package org.rft4j.rewards.sql;

import org.jspecify.annotations.NullMarked;
