package org.rft4j.core.preflight;

class MemoryForecastTest {}
