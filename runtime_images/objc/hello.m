#import <Foundation/Foundation.h>

int main(void) {
    @autoreleasepool {
        printf("%s\n", [@"Hello, world!" UTF8String]);
    }
    return 0;
}
