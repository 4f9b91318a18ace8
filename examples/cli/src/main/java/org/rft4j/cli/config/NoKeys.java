package org.rft4j.cli.config;

/** Of what has nothing to choose. */
record NoKeys() {}
