// tries: leave a POSIX message queue for the next job to find
// must: be refused, or find nothing of the last job's
// again: next job
#include "hostile.h"
#include <mqueue.h>

int main(int count, char **words) {
    int first = count > 1 && strcmp(words[1], "first") == 0;
    mqd_t queue = mq_open("/breach", first ? O_CREAT | O_RDWR : O_RDWR, 0666, NULL);
    if (!first) must_fail("message queue of the last job", queue);
    return verdict();
}
