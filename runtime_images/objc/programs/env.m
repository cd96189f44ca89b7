#import <Foundation/Foundation.h>

int main(void) {
    @autoreleasepool {
        NSDictionary *environment = [[NSProcessInfo processInfo] environment];
        printf("%s\n", [[environment objectForKey:@"GREETING"] UTF8String]);
    }
    return 0;
}
