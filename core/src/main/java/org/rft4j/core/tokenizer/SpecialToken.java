package org.rft4j.core.tokenizer;

/**
 * A token with a role.
 *
 * @param text its spelling, which is also how it decodes
 * @param id its id
 */
public record SpecialToken(String text, long id) {}
