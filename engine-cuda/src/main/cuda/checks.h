// Argument checks shared by the CPU and the CUDA operators. A message says what, the value, the rule and the way out.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <limits>

namespace rft4j {

inline void check_logits(const at::Tensor& logits) {
  TORCH_CHECK(logits.dim() == 2, "rft4j: logits has ", logits.dim(),
              " dimensions, must have 2 (tokens, vocabulary): flatten batch and time first");
  const auto type = logits.scalar_type();
  TORCH_CHECK(type == at::kFloat || type == at::kBFloat16 || type == at::kHalf, "rft4j: logits is ", type,
              ", must be float32, bfloat16 or float16");
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  TORCH_CHECK(logits.size(1) >= 1 && logits.size(1) <= kMost, "rft4j: the vocabulary of logits is ", logits.size(1),
              ", must be 1 to ", kMost);
  TORCH_CHECK(logits.size(0) <= kMost, "rft4j: logits has ", logits.size(0), " rows, at most ", kMost,
              " are allowed: use chunks of rows");
  TORCH_CHECK(logits.size(1) == 1 || logits.stride(1) == 1, "rft4j: logits has column stride ", logits.stride(1),
              ", must be 1: call contiguous() first");
  // Rows that overlap would be overwritten while another row still reads them.
  TORCH_CHECK(logits.size(0) <= 1 || logits.stride(0) >= logits.size(1), "rft4j: logits has row stride ",
              logits.stride(0), ", must be at least the vocabulary ", logits.size(1), ": call contiguous() first");
}

// A companion of logits: one value per row, on the same device.
inline void check_per_row(const at::Tensor& values, const char* name, at::ScalarType type, const at::Tensor& logits) {
  TORCH_CHECK(values.dim() == 1 && values.size(0) == logits.size(0), "rft4j: ", name, " has shape ", values.sizes(),
              ", must have one value per row of logits, [", logits.size(0), "]");
  TORCH_CHECK(values.scalar_type() == type, "rft4j: ", name, " is ", values.scalar_type(), ", must be ", type);
  TORCH_CHECK(values.device() == logits.device(), "rft4j: ", name, " is on ", values.device(),
              ", must be on the device of logits, ", logits.device());
}

inline void check_shaping(double inv_temperature, double softcap) {
  TORCH_CHECK(std::isfinite(inv_temperature) && inv_temperature > 0, "rft4j: inv_temperature was ", inv_temperature,
              ", must be finite and > 0; for greedy decoding use argmax instead of temperature 0");
  TORCH_CHECK(std::isfinite(softcap) && softcap >= 0, "rft4j: softcap was ", softcap,
              ", must be finite and >= 0 (0 switches it off)");
}

}  // namespace rft4j
