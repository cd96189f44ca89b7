#import <stdio.h>

int main(void) {
    printf("looping\n");
    for (;;) {
    }
}
