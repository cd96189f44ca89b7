#import "greeting.h"
#import "shapes.h"

int main(void) {
    @autoreleasepool {
        Square *square = [Square new];
        square.side = 3;
        if ([square area] == 9) {
            printf("%s ok\n", [text UTF8String]);
        }
    }
    return 0;
}
