#ifndef CVECTOR_CLONES_H
#define CVECTOR_CLONES_H

#ifndef __has_feature
#define __has_feature(name) 0
#endif

// One binary, each CPU's widest vectors. Other architectures have one baseline that suits all of their CPUs; and
// ThreadSanitizer cannot stand the choice, which is made before it has begun. Whoever defines CVECTOR_ONE_SET gets the
// instructions that the compiler was told of, and no others.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && !defined(CVECTOR_ONE_SET)
#define CVECTOR_HAS_CLONES 1
#define CVECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CVECTOR_HAS_CLONES 0
#define CVECTOR_CLONES
#endif

#endif
