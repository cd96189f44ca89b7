#import <Foundation/Foundation.h>

@interface Dog : NSObject
@property (nonatomic, copy) NSString *name;
@property (nonatomic, weak) Dog *friend;
@property (nonatomic, strong) NSMutableArray<NSString *> *tricks;
@property (nonatomic, readonly) NSString *title;
@property (nonatomic, copy) int (^answer)(int);
@end

@implementation Dog
- (instancetype)init {
    if ((self = [super init])) {
        _tricks = [NSMutableArray arrayWithObject:@"sit"];
    }
    return self;
}

- (NSString *)title {
    return [NSString stringWithFormat:@"%@!", self.name];
}
@end

int main(void) {
    @autoreleasepool {
        Dog *dog = [Dog new];
        dog.name = @"Rex";
        dog.friend = dog;
        dog.tricks[0] = @"roll";
        dog.answer = ^(int n) { return n * 2; };
        NSMutableDictionary *found = [NSMutableDictionary dictionary];
        found[@"list"] = @[dog.title, @[@1, @2]];
        int (^second)(NSArray *) = ^(NSArray *list) { return [list[1] intValue]; };
        if ([found[@"list"][0] isEqual:@"Rex!"] && second(found[@"list"][1]) == 2
            && dog.answer(21) == 42 && [dog.friend.tricks[0] isEqual:@"roll"]) {
            puts("ok");
        }
    }
    return 0;
}
