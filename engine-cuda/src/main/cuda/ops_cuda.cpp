// The operators on CUDA: checks, outputs, device and stream; the work is in the kernels behind launch.h.
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

#include <tuple>

#include "checks.h"
#include "launch.h"

namespace rft4j {
namespace {

ElementType element_type(const at::Tensor& logits) {
  switch (logits.scalar_type()) {
    case at::kFloat:
      return ElementType::kFloat32;
    case at::kBFloat16:
      return ElementType::kBFloat16;
    default:  // check_logits admits no fourth type
      return ElementType::kFloat16;
  }
}

LogitRows rows_of(const at::Tensor& logits, void* data) {
  return {data, element_type(logits), static_cast<int32_t>(logits.size(0)), static_cast<int32_t>(logits.size(1)),
          logits.stride(0)};
}

// For operators that only read the logits.
LogitRows read_rows_of(const at::Tensor& logits) {
  return rows_of(logits, const_cast<void*>(logits.const_data_ptr()));
}

Where current(const at::Tensor& logits) {
  return {logits.get_device(), c10::cuda::getCurrentCUDAStream(logits.get_device()).stream()};
}

void check_launch(cudaError_t error, const char* kernel) {
  TORCH_CHECK(error == cudaSuccess, "rft4j: the kernel ", kernel, " could not be started: ", cudaGetErrorString(error),
              "; \"no kernel image\" means the library was built for another GPU generation: see docs/cuda.md");
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> selective_log_softmax(
    const at::Tensor& logits, const at::Tensor& ids, double inv_temperature, double softcap) {
  check_logits(logits);
  check_per_row(ids, "ids", at::kLong, logits);
  check_shaping(inv_temperature, softcap);
  const c10::cuda::CUDAGuard guard(logits.device());
  const auto options = logits.options().dtype(at::kFloat);
  at::Tensor logp = at::empty({logits.size(0)}, options);
  at::Tensor entropy = at::empty({logits.size(0)}, options);
  at::Tensor lse = at::empty({logits.size(0)}, options);
  const at::Tensor row_ids = ids.contiguous();
  const ForwardArguments arguments{
      row_ids.const_data_ptr<int64_t>(), static_cast<float>(inv_temperature), static_cast<float>(softcap),
      logp.mutable_data_ptr<float>(),    entropy.mutable_data_ptr<float>(),   lse.mutable_data_ptr<float>()};
  check_launch(launch_forward(read_rows_of(logits), arguments, current(logits)), "selective_log_softmax");
  return {logp, entropy, lse};
}

at::Tensor& selective_log_softmax_backward(
    at::Tensor& logits, const at::Tensor& ids, const at::Tensor& lse, const at::Tensor& entropy,
    const at::Tensor& grad_logp, const at::Tensor& grad_entropy, double inv_temperature, double softcap) {
  check_logits(logits);
  check_per_row(ids, "ids", at::kLong, logits);
  check_per_row(lse, "lse", at::kFloat, logits);
  check_per_row(entropy, "entropy", at::kFloat, logits);
  check_per_row(grad_logp, "grad_logp", at::kFloat, logits);
  check_per_row(grad_entropy, "grad_entropy", at::kFloat, logits);
  check_shaping(inv_temperature, softcap);
  const c10::cuda::CUDAGuard guard(logits.device());
  const at::Tensor row_ids = ids.contiguous();
  const at::Tensor row_lse = lse.contiguous();
  const at::Tensor row_entropy = entropy.contiguous();
  const at::Tensor row_grad_logp = grad_logp.contiguous();
  const at::Tensor row_grad_entropy = grad_entropy.contiguous();
  const BackwardArguments arguments{
      row_ids.const_data_ptr<int64_t>(),      row_lse.const_data_ptr<float>(),
      row_entropy.const_data_ptr<float>(),    row_grad_logp.const_data_ptr<float>(),
      row_grad_entropy.const_data_ptr<float>(), static_cast<float>(inv_temperature),
      static_cast<float>(softcap)};
  check_launch(launch_backward(rows_of(logits, logits.mutable_data_ptr()), arguments, current(logits)),
               "selective_log_softmax_backward_");
  return logits;
}

std::tuple<at::Tensor, at::Tensor> sample_inverse_cdf(
    const at::Tensor& logits, const at::Tensor& threshold, const at::Tensor& uniforms) {
  check_logits(logits);
  check_per_row(threshold, "threshold", at::kFloat, logits);
  check_per_row(uniforms, "uniforms", at::kFloat, logits);
  const c10::cuda::CUDAGuard guard(logits.device());
  at::Tensor ids = at::empty({logits.size(0)}, logits.options().dtype(at::kLong));
  at::Tensor logp = at::empty({logits.size(0)}, logits.options().dtype(at::kFloat));
  const at::Tensor row_threshold = threshold.contiguous();
  const at::Tensor row_uniforms = uniforms.contiguous();
  const SampleArguments arguments{row_threshold.const_data_ptr<float>(), row_uniforms.const_data_ptr<float>(),
                                  ids.mutable_data_ptr<int64_t>(), logp.mutable_data_ptr<float>()};
  check_launch(launch_sample(read_rows_of(logits), arguments, current(logits)), "sample_inverse_cdf");
  return {ids, logp};
}

TORCH_LIBRARY_IMPL(rft4j, CUDA, m) {
  m.impl("selective_log_softmax", selective_log_softmax);
  m.impl("selective_log_softmax_backward_", selective_log_softmax_backward);
  m.impl("sample_inverse_cdf", sample_inverse_cdf);
}

}  // namespace
}  // namespace rft4j
