#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const char *word;
    int count;
};

static int fib(int n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static void backwards(const char *text) {
    if (*text) {
        backwards(text + 1);
        putchar(*text);
    }
}

static int count(const char *const *words, int n, struct entry *entries) {
    int used = 0;
    for (int i = 0; i < n; i++) {
        int j = 0;
        while (j < used && strcmp(entries[j].word, words[i]) != 0) {
            j++;
        }
        if (j == used) {
            entries[used++] = (struct entry){words[i], 0};
        }
        entries[j].count++;
    }
    return used;
}

static int by_count_then_word(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return x->count != y->count ? y->count - x->count : strcmp(x->word, y->word);
}

static int by_value(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

int main(void) {
    const char *words[] = {"the", "quick", "the", "fox"};
    int numbers[] = {5, 3, 8, 1, 2};
    struct entry entries[4];
    int used = count(words, 4, entries);

    printf("fib %d\nreversed ", fib(10));
    backwards("hello");
    printf("\nwords");
    qsort(entries, used, sizeof *entries, by_count_then_word);
    for (int i = 0; i < used; i++) {
        printf(" %s=%d", entries[i].word, entries[i].count);
    }
    printf("\nsorted");
    qsort(numbers, 5, sizeof *numbers, by_value);
    for (int i = 0; i < 5; i++) {
        printf(" %d", numbers[i]);
    }
    printf("\n");
    return 0;
}
