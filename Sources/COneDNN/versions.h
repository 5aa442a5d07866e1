// What differs between oneDNN 2 and 3.
#ifndef CONEDNN_VERSIONS_H
#define CONEDNN_VERSIONS_H

#include <oneapi/dnnl/dnnl.h>
#include <stdbool.h>

// A convolution's geometry, and a pooling's, as oneDNN says them.
typedef struct {
    dnnl_dims_t strides, dilations, before, after;
} geometry;
typedef struct {
    dnnl_dims_t sizes, strides, before, after;
} window;
// Where elements lie: strides of the blocks along each axis, and what is within a block, from the outside in.
typedef struct {
    const int64_t *strides, *blocks, *block_axes;
    int block_count;
} layout;

// Which of oneDNN's implementations, by their names, must not compute an operation. A plan that is given one skips them.
typedef struct {
    bool (*distrusts)(const char *implementation, const void *operation);
    const void *operation;
} distrust;

static inline bool is_distrusted(const_dnnl_primitive_desc_t plan, distrust d) {
    const char *implementation;
    return dnnl_primitive_desc_query(plan, dnnl_query_impl_info_str, 0, &implementation) == dnnl_success
           && d.distrusts(implementation, d.operation);
}

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t descriptor;
typedef const_dnnl_memory_desc_t descriptor_reference;
#define REFERENCE(d) (d)
static inline dnnl_status_t describe(descriptor *d, int axes, const dnnl_dims_t dims, dnnl_data_type_t type,
                                     dnnl_format_tag_t tag) {
    return dnnl_memory_desc_create_with_tag(d, axes, dims, type, tag);
}
static inline dnnl_status_t copy(descriptor *d, descriptor_reference original) {
    return dnnl_memory_desc_clone(d, original);
}
static inline dnnl_status_t layout_of(const descriptor *d, layout *l) {
    const dnnl_dims_t *strides, *blocks, *block_axes;
    dnnl_status_t status = dnnl_memory_desc_query(*d, dnnl_query_strides, &strides);
    if (status == dnnl_success) status = dnnl_memory_desc_query(*d, dnnl_query_inner_nblks_s32, &l->block_count);
    if (status == dnnl_success) status = dnnl_memory_desc_query(*d, dnnl_query_inner_blks, &blocks);
    if (status == dnnl_success) status = dnnl_memory_desc_query(*d, dnnl_query_inner_idxs, &block_axes);
    if (status == dnnl_success) (l->strides = *strides, l->blocks = *blocks, l->block_axes = *block_axes);
    return status;
}
static inline void forget(descriptor *d) {
    if (*d) dnnl_memory_desc_destroy(*d);
}
static inline size_t descriptor_bytes(descriptor_reference d) { return dnnl_memory_desc_get_size(d); }
static inline dnnl_status_t append_eltwise(dnnl_post_ops_t operations, dnnl_alg_kind_t kind, float alpha) {
    return dnnl_post_ops_append_eltwise(operations, kind, alpha, 0.0f);
}
static inline dnnl_status_t append_sum(dnnl_post_ops_t operations) {
    return dnnl_post_ops_append_sum(operations, 1.0f, 0, dnnl_data_type_undef);
}
static inline dnnl_status_t pass_over(dnnl_primitive_desc_t plan, dnnl_status_t status, distrust d) {
    while (status == dnnl_success && is_distrusted(plan, d)) status = dnnl_primitive_desc_next_impl(plan);
    return status == dnnl_last_impl_reached ? dnnl_unimplemented : status;
}
static inline dnnl_status_t plan(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, const descriptor *left,
                                 const descriptor *right, const descriptor *bias, const descriptor *destination,
                                 const_dnnl_primitive_attr_t attributes, distrust d) {
    const dnnl_status_t status =
        dnnl_matmul_primitive_desc_create(plan, engine, *left, *right, bias ? *bias : NULL, *destination, attributes);
    return pass_over(*plan, status, d);
}
static inline dnnl_status_t plan_eltwise(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, dnnl_alg_kind_t kind,
                                         float alpha, const descriptor *elements, const_dnnl_primitive_attr_t attributes) {
    return dnnl_eltwise_forward_primitive_desc_create(plan, engine, dnnl_forward_training, kind, *elements, *elements,
                                                      alpha, 0.0f, attributes);
}
static inline dnnl_status_t plan_eltwise_backward(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, dnnl_alg_kind_t kind,
                                                  float alpha, const descriptor *elements,
                                                  const_dnnl_primitive_desc_t forward,
                                                  const_dnnl_primitive_attr_t attributes) {
    return dnnl_eltwise_backward_primitive_desc_create(plan, engine, kind, *elements, *elements, *elements, alpha, 0.0f,
                                                       forward, attributes);
}
static inline dnnl_status_t plan_convolution(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, const descriptor *source,
                                             const descriptor *weights, const descriptor *bias,
                                             const descriptor *destination, const geometry *g,
                                             const_dnnl_primitive_attr_t attributes, distrust d) {
    const dnnl_status_t status = dnnl_convolution_forward_primitive_desc_create(
        plan, engine, dnnl_forward_training, dnnl_convolution_direct, *source, *weights, bias ? *bias : NULL, *destination,
        g->strides, g->dilations, g->before, g->after, attributes);
    return pass_over(*plan, status, d);
}
static inline dnnl_status_t plan_convolution_data(dnnl_primitive_desc_t *plan, dnnl_engine_t engine,
                                                  const descriptor *source, const descriptor *weights,
                                                  const descriptor *destination, const geometry *g,
                                                  const_dnnl_primitive_desc_t forward,
                                                  const_dnnl_primitive_attr_t attributes, distrust d) {
    const dnnl_status_t status = dnnl_convolution_backward_data_primitive_desc_create(
        plan, engine, dnnl_convolution_direct, *source, *weights, *destination, g->strides, g->dilations, g->before, g->after,
        forward, attributes);
    return pass_over(*plan, status, d);
}
static inline dnnl_status_t plan_convolution_weights(dnnl_primitive_desc_t *plan, dnnl_engine_t engine,
                                                     const descriptor *source, const descriptor *weights,
                                                     const descriptor *bias, const descriptor *destination,
                                                     const geometry *g, const_dnnl_primitive_desc_t forward,
                                                     const_dnnl_primitive_attr_t attributes, distrust d) {
    const dnnl_status_t status = dnnl_convolution_backward_weights_primitive_desc_create(
        plan, engine, dnnl_convolution_direct, *source, *weights, bias ? *bias : NULL, *destination, g->strides,
        g->dilations, g->before, g->after, forward, attributes);
    return pass_over(*plan, status, d);
}
static inline dnnl_status_t plan_pooling(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, dnnl_alg_kind_t kind,
                                         const descriptor *source, const descriptor *destination, const window *w,
                                         const_dnnl_primitive_attr_t attributes) {
    const dnnl_dims_t dilations = {0};
    return dnnl_pooling_forward_primitive_desc_create(plan, engine, dnnl_forward_training, kind, *source, *destination,
                                                      w->strides, w->sizes, dilations, w->before, w->after, attributes);
}
static inline dnnl_status_t plan_pooling_backward(dnnl_primitive_desc_t *plan, dnnl_engine_t engine,
                                                  dnnl_alg_kind_t kind, const descriptor *source,
                                                  const descriptor *destination, const window *w,
                                                  const_dnnl_primitive_desc_t forward,
                                                  const_dnnl_primitive_attr_t attributes) {
    const dnnl_dims_t dilations = {0};
    return dnnl_pooling_backward_primitive_desc_create(plan, engine, kind, *source, *destination, w->strides, w->sizes,
                                                       dilations, w->before, w->after, forward, attributes);
}
#else
typedef dnnl_memory_desc_t descriptor;
typedef const dnnl_memory_desc_t *descriptor_reference;
#define REFERENCE(d) (&(d))
static inline dnnl_status_t describe(descriptor *d, int axes, const dnnl_dims_t dims, dnnl_data_type_t type,
                                     dnnl_format_tag_t tag) {
    return dnnl_memory_desc_init_by_tag(d, axes, dims, type, tag);
}
static inline dnnl_status_t copy(descriptor *d, descriptor_reference original) {
    *d = *original;
    return dnnl_success;
}
static inline dnnl_status_t layout_of(const descriptor *d, layout *l) {
    if (d->format_kind != dnnl_blocked || d->extra.flags != dnnl_memory_extra_flag_none) return dnnl_unimplemented;
    const dnnl_blocking_desc_t *blocking = &d->format_desc.blocking;
    l->strides = blocking->strides;
    l->blocks = blocking->inner_blks;
    l->block_axes = blocking->inner_idxs;
    l->block_count = blocking->inner_nblks;
    return dnnl_success;
}
static inline void forget(descriptor *d) { (void)d; }
static inline size_t descriptor_bytes(descriptor_reference d) { return dnnl_memory_desc_get_size(d); }
static inline dnnl_status_t append_eltwise(dnnl_post_ops_t operations, dnnl_alg_kind_t kind, float alpha) {
    return dnnl_post_ops_append_eltwise(operations, 1.0f, kind, alpha, 0.0f);
}
static inline dnnl_status_t append_sum(dnnl_post_ops_t operations) { return dnnl_post_ops_append_sum(operations, 1.0f); }
static inline dnnl_status_t pass_over(dnnl_primitive_desc_t *plan, const_dnnl_op_desc_t operation, dnnl_engine_t engine,
                                      const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes, distrust d) {
    dnnl_primitive_desc_iterator_t iterator;
    dnnl_status_t status = dnnl_primitive_desc_iterator_create(&iterator, operation, attributes, engine, forward);
    if (status != dnnl_success) return status;
    *plan = dnnl_primitive_desc_iterator_fetch(iterator);
    while (*plan && is_distrusted(*plan, d)) {
        dnnl_primitive_desc_destroy(*plan);
        *plan = NULL;
        status = dnnl_primitive_desc_iterator_next(iterator);
        if (status == dnnl_success) *plan = dnnl_primitive_desc_iterator_fetch(iterator);
    }
    dnnl_primitive_desc_iterator_destroy(iterator);
    if (*plan) return dnnl_success;
    return status == dnnl_success ? dnnl_out_of_memory : dnnl_unimplemented;
}
static inline dnnl_status_t plan(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, const descriptor *left,
                                 const descriptor *right, const descriptor *bias, const descriptor *destination,
                                 const_dnnl_primitive_attr_t attributes, distrust d) {
    dnnl_matmul_desc_t operation;
    dnnl_status_t status = dnnl_matmul_desc_init(&operation, left, right, bias, destination);
    if (status != dnnl_success) return status;
    return pass_over(plan, &operation, engine, NULL, attributes, d);
}
static inline dnnl_status_t plan_eltwise(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, dnnl_alg_kind_t kind,
                                         float alpha, const descriptor *elements, const_dnnl_primitive_attr_t attributes) {
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status =
        dnnl_eltwise_forward_desc_init(&operation, dnnl_forward_training, kind, elements, alpha, 0.0f);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(plan, &operation, attributes, engine, NULL);
}
static inline dnnl_status_t plan_eltwise_backward(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, dnnl_alg_kind_t kind,
                                                  float alpha, const descriptor *elements,
                                                  const_dnnl_primitive_desc_t forward,
                                                  const_dnnl_primitive_attr_t attributes) {
    dnnl_eltwise_desc_t operation;
    dnnl_status_t status = dnnl_eltwise_backward_desc_init(&operation, kind, elements, elements, alpha, 0.0f);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(plan, &operation, attributes, engine, forward);
}
static inline dnnl_status_t plan_convolution(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, const descriptor *source,
                                             const descriptor *weights, const descriptor *bias,
                                             const descriptor *destination, const geometry *g,
                                             const_dnnl_primitive_attr_t attributes, distrust d) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, source, weights, bias, destination, g->strides,
        g->dilations, g->before, g->after);
    if (status != dnnl_success) return status;
    return pass_over(plan, &operation, engine, NULL, attributes, d);
}
static inline dnnl_status_t plan_convolution_data(dnnl_primitive_desc_t *plan, dnnl_engine_t engine,
                                                  const descriptor *source, const descriptor *weights,
                                                  const descriptor *destination, const geometry *g,
                                                  const_dnnl_primitive_desc_t forward,
                                                  const_dnnl_primitive_attr_t attributes, distrust d) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, source, weights, destination, g->strides, g->dilations, g->before, g->after);
    if (status != dnnl_success) return status;
    return pass_over(plan, &operation, engine, forward, attributes, d);
}
static inline dnnl_status_t plan_convolution_weights(dnnl_primitive_desc_t *plan, dnnl_engine_t engine,
                                                     const descriptor *source, const descriptor *weights,
                                                     const descriptor *bias, const descriptor *destination,
                                                     const geometry *g, const_dnnl_primitive_desc_t forward,
                                                     const_dnnl_primitive_attr_t attributes, distrust d) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, source, weights, bias, destination, g->strides, g->dilations, g->before,
        g->after);
    if (status != dnnl_success) return status;
    return pass_over(plan, &operation, engine, forward, attributes, d);
}
static inline dnnl_status_t plan_pooling(dnnl_primitive_desc_t *plan, dnnl_engine_t engine, dnnl_alg_kind_t kind,
                                         const descriptor *source, const descriptor *destination, const window *w,
                                         const_dnnl_primitive_attr_t attributes) {
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = dnnl_pooling_forward_desc_init(&operation, dnnl_forward_training, kind, source, destination,
                                                          w->strides, w->sizes, w->before, w->after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(plan, &operation, attributes, engine, NULL);
}
static inline dnnl_status_t plan_pooling_backward(dnnl_primitive_desc_t *plan, dnnl_engine_t engine,
                                                  dnnl_alg_kind_t kind, const descriptor *source,
                                                  const descriptor *destination, const window *w,
                                                  const_dnnl_primitive_desc_t forward,
                                                  const_dnnl_primitive_attr_t attributes) {
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = dnnl_pooling_backward_desc_init(&operation, kind, source, destination, w->strides, w->sizes,
                                                           w->before, w->after);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(plan, &operation, attributes, engine, forward);
}
#endif

#endif
