// The border between PyTorch and the kernels: plain pointers and numbers, so that the .cu files need CUDA headers only.
// (They compile in seconds, with nvcc or clang, and do not depend on the PyTorch version.)
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace rft4j {

enum class ElementType { kFloat32, kBFloat16, kFloat16 };

struct LogitRows {
  void* data;
  ElementType type;
  int32_t rows;
  int32_t vocab;
  int64_t row_stride;  // in elements; rows * row_stride may exceed 2^31
};

struct Where {
  int device;
  cudaStream_t stream;
};

struct ForwardArguments {
  const int64_t* ids;
  float inv_temperature;
  float softcap;
  float* logp;
  float* entropy;
  float* lse;
};

struct BackwardArguments {
  const int64_t* ids;
  const float* lse;
  const float* entropy;
  const float* grad_logp;
  const float* grad_entropy;
  float inv_temperature;
  float softcap;
};

struct SampleArguments {
  const float* threshold;
  const float* uniforms;
  int64_t* ids;
  float* logp;
};

// Each enqueues one kernel and returns the error of the launch. Nothing waits for the device.
cudaError_t launch_forward(const LogitRows& logits, const ForwardArguments& arguments, const Where& where);
cudaError_t launch_backward(const LogitRows& logits, const BackwardArguments& arguments, const Where& where);
cudaError_t launch_sample(const LogitRows& logits, const SampleArguments& arguments, const Where& where);

}  // namespace rft4j
