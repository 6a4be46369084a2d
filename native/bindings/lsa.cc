// truncatedSvd(rows, cols, rowStart, indices, values, rank, oversampling, iterations, seed, threads)
//   -> { result: Promise<{ rank, scores, singular }>, cancel() }. src/compute/lsa.ts checks the arguments.
#include <napi.h>

#include <memory>
#include <vector>

#include "bindings/bindings.h"
#include "core/lsa/randomized_svd.h"

namespace {

using wikitag::lsa::Csr;
using wikitag::lsa::Svd;
using wikitag::lsa::SvdOptions;

template <typename Array>
auto copied(const Napi::Value& value) {
  const Array array = value.As<Array>();
  return std::vector(array.Data(), array.Data() + array.ElementLength());
}

class SvdWorker : public Napi::AsyncWorker {
 public:
  explicit SvdWorker(const Napi::CallbackInfo& info)
      : Napi::AsyncWorker(info.Env(), "truncatedSvd"),
        deferred_(info.Env()),
        rows_(info[0].As<Napi::Number>().Uint32Value()),
        cols_(info[1].As<Napi::Number>().Uint32Value()),
        row_start_(copied<Napi::Uint32Array>(info[2])),
        indices_(copied<Napi::Uint32Array>(info[3])),
        values_(copied<Napi::Float32Array>(info[4])),
        options_{info[5].As<Napi::Number>().Uint32Value(), info[6].As<Napi::Number>().Uint32Value(),
                 info[7].As<Napi::Number>().Uint32Value(), info[8].As<Napi::Number>().Uint32Value(),
                 info[9].As<Napi::Number>().Uint32Value()},
        cancelled_(std::make_shared<std::atomic<bool>>(false)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }
  std::shared_ptr<std::atomic<bool>> cancelled() const { return cancelled_; }

 protected:
  void Execute() override {
    const Csr matrix{rows_, cols_, row_start_.data(), indices_.data(), values_.data()};
    svd_ = wikitag::lsa::randomized_svd(matrix, options_, cancelled_.get());
  }

  void OnOK() override {
    const Napi::Env env = Env();
    Napi::Object result = Napi::Object::New(env);
    Napi::Float32Array scores = Napi::Float32Array::New(env, svd_.scores.size());
    std::copy(svd_.scores.begin(), svd_.scores.end(), scores.Data());
    Napi::Float64Array singular = Napi::Float64Array::New(env, svd_.singular.size());
    std::copy(svd_.singular.begin(), svd_.singular.end(), singular.Data());
    result.Set("rank", Napi::Number::New(env, static_cast<double>(svd_.rank)));
    result.Set("scores", scores);
    result.Set("singular", singular);
    deferred_.Resolve(result);
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  uint32_t rows_, cols_;
  std::vector<uint32_t> row_start_, indices_;
  std::vector<float> values_;
  SvdOptions options_;
  std::shared_ptr<std::atomic<bool>> cancelled_;
  Svd svd_;
};

Napi::Value TruncatedSvd(const Napi::CallbackInfo& info) {
  auto* worker = new SvdWorker(info);  // deletes itself when it is done
  Napi::Object run = Napi::Object::New(info.Env());
  run.Set("result", worker->promise());
  run.Set("cancel", Napi::Function::New(info.Env(), [flag = worker->cancelled()](const Napi::CallbackInfo&) { flag->store(true); }));
  worker->Queue();
  return run;
}

}  // namespace

void RegisterLsa(Napi::Env env, Napi::Object exports) {
  exports.Set("truncatedSvd", Napi::Function::New(env, TruncatedSvd, "truncatedSvd"));
}
