// The operators on the CPU: the same arithmetic as the CUDA kernels, row by row, so that it is tested without a GPU.
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <torch/library.h>

#include <algorithm>
#include <tuple>

#include "checks.h"
#include "row_reference.h"

namespace rft4j {
namespace {

// Rows per task: enough elements that starting a task does not show.
int64_t grain(int64_t vocab) {
  return std::max<int64_t>(1, 32768 / vocab);
}

void check_ids(const at::Tensor& ids, const at::Tensor& logits) {
  check_per_row(ids, "ids", at::kLong, logits);
  const int64_t vocab = logits.size(1);
  const auto id = ids.accessor<int64_t, 1>();
  for (int64_t row = 0; row < ids.size(0); ++row) {
    TORCH_CHECK(id[row] >= 0 && id[row] < vocab, "rft4j: ids[", row, "] was ", id[row], ", must be 0 to ", vocab - 1,
                ": leave out masked rows instead of marking them with a negative id");
  }
}

// Calls body(element_tag, shaping) with the logits' element type and the cheapest shaping that does the work.
template <typename Body>
void dispatch(const at::Tensor& logits, double inv_temperature, double softcap, const Body& body) {
  const auto scale = static_cast<float>(inv_temperature);
  const auto cap = static_cast<float>(softcap);
  const auto with_type = [&](auto tag) {
    if (cap > 0) {
      body(tag, make_shaping<true>(scale, cap));
    } else {
      body(tag, make_shaping<false>(scale, cap));
    }
  };
  switch (logits.scalar_type()) {
    case at::kFloat:
      return with_type(float());
    case at::kBFloat16:
      return with_type(at::BFloat16());
    default:  // check_logits admits no fourth type
      return with_type(at::Half());
  }
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> selective_log_softmax(
    const at::Tensor& logits, const at::Tensor& ids, double inv_temperature, double softcap) {
  check_logits(logits);
  check_ids(ids, logits);
  check_shaping(inv_temperature, softcap);
  const int64_t rows = logits.size(0);
  const int64_t vocab = logits.size(1);
  const auto options = logits.options().dtype(at::kFloat);
  at::Tensor logp = at::empty({rows}, options);
  at::Tensor entropy = at::empty({rows}, options);
  at::Tensor lse = at::empty({rows}, options);
  const auto id = ids.accessor<int64_t, 1>();
  dispatch(logits, inv_temperature, softcap, [&](auto tag, const auto& shaping) {
    const auto* data = logits.const_data_ptr<decltype(tag)>();
    at::parallel_for(0, rows, grain(vocab), [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const RowResult result = forward_row(data + row * logits.stride(0), vocab, id[row], shaping);
        logp.mutable_data_ptr<float>()[row] = result.logp;
        entropy.mutable_data_ptr<float>()[row] = result.entropy;
        lse.mutable_data_ptr<float>()[row] = result.lse;
      }
    });
  });
  return {logp, entropy, lse};
}

at::Tensor& selective_log_softmax_backward(
    at::Tensor& logits, const at::Tensor& ids, const at::Tensor& lse, const at::Tensor& entropy,
    const at::Tensor& grad_logp, const at::Tensor& grad_entropy, double inv_temperature, double softcap) {
  check_logits(logits);
  check_ids(ids, logits);
  check_per_row(lse, "lse", at::kFloat, logits);
  check_per_row(entropy, "entropy", at::kFloat, logits);
  check_per_row(grad_logp, "grad_logp", at::kFloat, logits);
  check_per_row(grad_entropy, "grad_entropy", at::kFloat, logits);
  check_shaping(inv_temperature, softcap);
  const int64_t vocab = logits.size(1);
  const auto id = ids.accessor<int64_t, 1>();
  const auto row_lse = lse.accessor<float, 1>();
  const auto row_entropy = entropy.accessor<float, 1>();
  const auto row_grad_logp = grad_logp.accessor<float, 1>();
  const auto row_grad_entropy = grad_entropy.accessor<float, 1>();
  dispatch(logits, inv_temperature, softcap, [&](auto tag, const auto& shaping) {
    auto* data = logits.mutable_data_ptr<decltype(tag)>();
    at::parallel_for(0, logits.size(0), grain(vocab), [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const RowGradient gradient{row_lse[row], row_entropy[row], row_grad_logp[row], row_grad_entropy[row]};
        backward_row(data + row * logits.stride(0), vocab, id[row], shaping, gradient);
      }
    });
  });
  return logits;
}

std::tuple<at::Tensor, at::Tensor> sample_inverse_cdf(
    const at::Tensor& logits, const at::Tensor& threshold, const at::Tensor& uniforms) {
  check_logits(logits);
  check_per_row(threshold, "threshold", at::kFloat, logits);
  check_per_row(uniforms, "uniforms", at::kFloat, logits);
  const int64_t rows = logits.size(0);
  const int64_t vocab = logits.size(1);
  at::Tensor ids = at::empty({rows}, logits.options().dtype(at::kLong));
  at::Tensor logp = at::empty({rows}, logits.options().dtype(at::kFloat));
  const auto row_threshold = threshold.accessor<float, 1>();
  const auto row_uniform = uniforms.accessor<float, 1>();
  dispatch(logits, 1.0, 0.0, [&](auto tag, const auto&) {
    const auto* data = logits.const_data_ptr<decltype(tag)>();
    at::parallel_for(0, rows, grain(vocab), [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const RowSample sample =
            sample_row(data + row * logits.stride(0), vocab, row_threshold[row], row_uniform[row]);
        ids.mutable_data_ptr<int64_t>()[row] = sample.id;
        logp.mutable_data_ptr<float>()[row] = sample.logp;
      }
    });
  });
  return {ids, logp};
}

TORCH_LIBRARY_IMPL(rft4j, CPU, m) {
  m.impl("selective_log_softmax", selective_log_softmax);
  m.impl("selective_log_softmax_backward_", selective_log_softmax_backward);
  m.impl("sample_inverse_cdf", sample_inverse_cdf);
}

}  // namespace
}  // namespace rft4j
