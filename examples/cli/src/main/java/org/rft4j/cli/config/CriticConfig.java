package org.rft4j.cli.config;

import java.util.Optional;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Unwrapped;

/**
 * What estimates values.
 *
 * @param source on which body
 * @param rates how its optimiser steps; otherwise as the policy's
 */
public record CriticConfig(@Unwrapped Chosen<CriticSource> source, Optional<RatesConfig> rates) {}
