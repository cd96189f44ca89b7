#import "greeting.h"
#import "shapes.h"

int main(void) {
    @autoreleasepool {
        if (area(3) == 9) {
            printf("%s ok\n", [text UTF8String]);
        }
    }
    return 0;
}
